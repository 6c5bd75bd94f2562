import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ClusterAddress, startCluster } from '@/tests/support/cluster'
import { copyTemplate } from '@/tests/support/template'
import { testEnvironment } from '@/tests/support/test-environment'
import { build } from '../build/build'
import { isBuildStale } from '../build/stamp'
import { progress } from '../launch/output'
import { root } from '../root'

interface OwnDatabase {
  address: ClusterAddress
  /** Migrated and empty. */
  appUrl: string
  ownerUrl: string
}

/**
 * Runs a file of ours with the built product and an empty database, durable settings on, of which nothing is left
 * after it. Its exit code becomes this process's.
 */
export async function runOnOwnCluster(options: {
  file: string
  /** What to say while the database starts. */
  say: string
  /** Told to Node.js. */
  nodeOptions?: readonly string[]
  /** Told to the file after what this process was told. */
  args?: (address: ClusterAddress) => string[]
}): Promise<void> {
  if (await isBuildStale()) {
    progress('Building')
    await build()
  }
  progress(options.say)
  await withOwnCluster('full', ({ address, appUrl, ownerUrl }) => {
    const args = [options.file, ...process.argv.slice(2), ...(options.args?.(address) ?? [])]
    return spawn(process.execPath, [...(options.nodeOptions ?? []), '--import=tsx', ...args], {
      cwd: root,
      stdio: 'inherit',
      // Nothing else of the caller's environment: what is tried here must reach nobody's phone or Stripe account.
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TERM: process.env.TERM,
        ...testEnvironment,
        NODE_ENV: 'development',
        DATABASE_URL: appUrl,
        DATABASE_MIGRATION_URL: ownerUrl,
      },
    })
  })
}

/** Keeps a database server for as long as a child runs. The child's exit code becomes this process's. */
export async function withOwnCluster(
  durability: 'full' | 'none',
  run: (database: OwnDatabase) => ChildProcess,
): Promise<void> {
  const cluster = await startCluster(durability)
  try {
    const child = run({ address: cluster.address, ...(await copyTemplate(cluster.address)) })
    // Ctrl-C reaches the child by itself; the database ends after it.
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', () => child.kill())
    const [code] = (await once(child, 'exit')) as [number | null]
    process.exitCode = code ?? 1
  } finally {
    await cluster.remove()
  }
}
