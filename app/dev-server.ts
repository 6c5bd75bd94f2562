import type { ServerBuild } from '@remix-run/node'
import { Router } from 'express'
import { createServer } from 'vite'
import { docsPackage } from './web/docs-files'
import { createHttpApp } from './web/http-app'
import { runServer } from './web/run-server'
import { staticFiles } from './web/static-files'

/** The web process for development: the same server with Vite's middleware, so that pages reload on change. */

const vite = await createServer({ server: { middlewareMode: true } })

await runServer((parts) =>
  createHttpApp({
    ...parts,
    security: { ...parts.security, isDevelopment: true },
    build: async () => (await vite.ssrLoadModule('virtual:remix/server-build')) as ServerBuild,
    assets: Router()
      .use('/api/docs/assets', staticFiles(docsPackage(), { maxAge: '1h' }))
      .use(vite.middlewares),
  }),
)
