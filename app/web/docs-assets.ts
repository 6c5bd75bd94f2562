import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import express, { Router } from 'express'

/** The scripts and styles of the API's documentation, from the viewer's own package. */
export function docsAssets(): Router {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const files = express.static(folder, { index: false, redirect: false, maxAge: '1h' })
  const router = Router()
  // The package holds more than we show.
  router.get(['/swagger-ui-bundle.js', '/swagger-ui.css'], files)
  router.use((_request, response) => response.status(404).type('text').send('Not found'))
  return router
}
