import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type Cluster } from '@/tests/support/cluster'
import { processTree } from '@/tests/support/process-tree'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster('none')
})

afterAll(() => cluster?.remove())

test('a server whose chief was killed is not joined by another one before its last session has ended', async () => {
  const client = new pg.Client({ connectionString: `${cluster.address.superuser}postgres` })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid ?? 0
  // It looks at nothing but its sum, so for seconds it does not notice that it is alone.
  const busy = client
    .query('select sum(number) from generate_series(1, 30000000) as number')
    .catch(() => null)
  await cluster.crash()
  expect(await isAlive(pid)).toBe(true)
  await cluster.start()
  expect(await isAlive(pid)).toBe(false)
  await busy
  await client.end()
})

async function isAlive(pid: number): Promise<boolean> {
  return (await processTree(pid)).length > 0
}
