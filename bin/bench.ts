import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startCluster } from '@/tests/support/cluster'
import { testEnvironment } from '@/tests/support/test-environment'
import { copyTemplate } from '@/tests/support/template'
import { build } from './build/build'
import { isBuildStale } from './build/stamp'
import { progress } from './launch/output'
import { root } from './root'

/** `npm run bench`: measures on a database of its own, durable settings on. */
if (await isBuildStale()) {
  progress('Building')
  await build()
}
progress('Starting a database to measure on')
const cluster = await startCluster('full')
try {
  const { appUrl, ownerUrl } = await copyTemplate(cluster.address)
  const args = ['tests/bench/main.ts', ...process.argv.slice(2), '--cluster', JSON.stringify(cluster.address)]
  const child = spawn(process.execPath, ['--import=tsx', ...args], {
    cwd: root,
    stdio: 'inherit',
    // Nothing else of the caller's environment: a demonstration must reach nobody's phone or Stripe account.
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, TERM: process.env.TERM },
      ...testEnvironment,
      NODE_ENV: 'development',
      DATABASE_URL: appUrl,
      DATABASE_MIGRATION_URL: ownerUrl,
    },
  })
  // Ctrl-C reaches the demonstration by itself; the database ends after it.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill())
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await cluster.remove()
}
