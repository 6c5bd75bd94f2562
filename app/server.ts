import { fileURLToPath } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { type Request, type Response, Router } from 'express'
import { createHttpApp } from './web/http-app'
import { runServer } from './web/run-server'
import { staticFiles } from './web/static-files'

/** The web process, from the built files beside this one: `client/`, `docs/` and `server/index.js`. */

const build = (await import(new URL('./server/index.js', import.meta.url).href)) as ServerBuild

await runServer((parts) => createHttpApp({ ...parts, build, assets: builtAssets() }))

function builtAssets(): Router {
  const assets = Router()
  // Names under /assets carry a digest of their content.
  assets.use('/assets', staticFiles(built('client/assets'), { immutable: true, maxAge: '1y' }), notThere)
  assets.use('/api/docs/assets', staticFiles(built('docs'), { maxAge: '1h' }), notThere)
  assets.use(staticFiles(built('client'), { maxAge: '1h' }))
  return assets
}

function built(folder: string): string {
  return fileURLToPath(new URL(`./${folder}`, import.meta.url))
}

/** Browsers ask for these by themselves, so no page says it. */
function notThere(_request: Request, response: Response): void {
  response.status(404).type('text').send('Not found')
}
