import pg from 'pg'
import { type ClusterAddress, copyTemplate, type TestDatabase } from '@/tests/support/template'
import { crowd } from '../crowd'
import { fillLedger } from './fill'
import { type Probe, startProbe } from './probe'

export interface GrownSize {
  /** For the figures' names. */
  name: string
  rows: number
  cities: number
}

/** A database of a size, and the process that measures in it. */
export interface GrownDatabase extends TestDatabase, Probe {
  size: GrownSize
}

/** Makes databases of these sizes side by side in the cluster, so that each round can measure in all of them. */
export async function growDatabases(
  cluster: ClusterAddress,
  sizes: readonly GrownSize[],
): Promise<GrownDatabase[]> {
  const grown: GrownDatabase[] = []
  // The largest takes as long as all others together.
  const bySize = sizes.toSorted((one, other) => other.rows - one.rows)
  await crowd(sizes.length, 2, async (index) => {
    const size = bySize[index]
    if (size) grown.push(await grow(cluster, size))
  })
  return grown
}

async function grow(cluster: ClusterAddress, size: GrownSize): Promise<GrownDatabase> {
  const made = await copyTemplate(cluster)
  const client = new pg.Client({ connectionString: cluster.superuser + made.name })
  await client.connect()
  // The tour that every new database has.
  await client.query('update cities set archived_at = now()')
  const probe = await startProbe(made.appUrl, size.cities)
  await fillLedger(client, size.rows)
  await client.end()
  return { ...made, ...probe, size }
}
