import tsconfigPaths from 'vite-tsconfig-paths'
import { defineConfig } from 'vitest/config'

/** A file has four processes and a browser of its own: more than two keep no machine busier. */
const ownShop = { globalSetup: ['tests/support/global-setup.ts'], hookTimeout: 180_000, maxWorkers: 2 }

/**
 * Five suites, told apart by their folder:
 * unit (no I/O), integration (a database of its own per file, side by side), http (the production build as callers
 * meet it) and e2e (the same in a browser), two files at a time, and serial (stops PostgreSQL, kills processes, or
 * measures time; one by one).
 */
export default defineConfig({
  test: {
    // One core is left free otherwise: of two, half.
    maxWorkers: '100%',
    projects: [
      project('unit', { testTimeout: 10_000 }),
      project('integration', {
        globalSetup: ['tests/support/global-setup.ts'],
        testTimeout: 30_000,
        hookTimeout: 60_000,
      }),
      project('http', { ...ownShop, testTimeout: 180_000 }),
      project('serial', { ...ownShop, testTimeout: 180_000, fileParallelism: false }),
      project('e2e', {
        ...ownShop,
        globalSetup: [...ownShop.globalSetup, 'tests/support/find-browser.ts'],
        testTimeout: 120_000,
      }),
    ],
  },
})

function project(name: string, options: Record<string, unknown>) {
  return {
    plugins: [tsconfigPaths()],
    test: {
      name,
      include: [`tests/${name}/**/*.test.{ts,tsx}`],
      setupFiles: ['tests/support/environment.ts', 'tests/support/fail-on-console-error.ts'],
      environment: 'node',
      // A second, the default, is more than a busy machine may have; only a failure waits so long.
      expect: { poll: { timeout: 15_000 } },
      ...options,
    },
  }
}
