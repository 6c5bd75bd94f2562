import { fileURLToPath } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import express, { Router } from 'express'
import { createHttpApp } from './web/http-app'
import { runServer } from './web/run-server'

/** The web process, from the built files beside this one: `client/` and `server/index.js`. */

const build = (await import(new URL('./server/index.js', import.meta.url).href)) as ServerBuild
const client = fileURLToPath(new URL('./client', import.meta.url))

await runServer((parts) => createHttpApp({ ...parts, build, assets: builtAssets() }))

function builtAssets(): Router {
  const assets = Router()
  // Names under /assets carry a digest of their content.
  assets.use('/assets', express.static(`${client}/assets`, { immutable: true, maxAge: '1y', index: false }))
  assets.use('/assets', (_request, response) => response.status(404).type('text').send('Not found'))
  assets.use(express.static(client, { maxAge: '1h', index: false, redirect: false }))
  return assets
}
