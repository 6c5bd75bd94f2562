import tsconfigPaths from 'vite-tsconfig-paths'
import { defineConfig } from 'vitest/config'

/**
 * Four suites, told apart by their folder:
 * unit (no I/O), integration (a database of its own per file, side by side), serial (owns a PostgreSQL
 * cluster or kills processes; one by one) and e2e (a browser against the production build).
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
      project('serial', {
        testTimeout: 180_000,
        hookTimeout: 180_000,
        fileParallelism: false,
      }),
      project('e2e', {
        testTimeout: 120_000,
        hookTimeout: 180_000,
        fileParallelism: false,
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
