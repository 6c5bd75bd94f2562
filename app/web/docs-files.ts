import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/** Of the viewer's package what the API's documentation shows; it holds more. */
export const docsFiles = ['swagger-ui-bundle.js', 'swagger-ui.css'] as const

/** The folder of that package. The build copies the files out of it, so only the build and development look there. */
export function docsPackage(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
}
