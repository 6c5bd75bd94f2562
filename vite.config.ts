import { relative } from 'node:path'
import { vitePlugin as remix } from '@remix-run/dev'
import { defineConfig } from 'vite'
import tsconfigPaths from 'vite-tsconfig-paths'
import remixOptions from './remix.config.js'

/**
 * Few files, since each costs a new visitor a round trip: left alone, each component that two pages use is one of its own, and
 * a ticket page needs 35. React and Remix are apart, for they stay the same from release to release; the console's parts,
 * for no customer needs them.
 */
function manualChunks(id: string): string | undefined {
  // Within the project: the folders above it may have any name, "lib" too.
  const path = relative(import.meta.dirname, id)
  if (/^node_modules\/(react|react-dom|scheduler|react-router|react-router-dom|@remix-run)\//.test(path))
    return 'framework'
  if (/^(app\/(components|live|format)|lib)\/(?!console|charts)/.test(path)) return 'common'
  return undefined
}

export default defineConfig({
  plugins: [remix(remixOptions), tsconfigPaths()],
  build: {
    target: 'es2022',
    sourcemap: false,
    rollupOptions: { output: { manualChunks } },
  },
})
