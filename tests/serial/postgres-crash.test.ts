import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type Cluster } from '@/tests/support/cluster'
import { processTree } from '@/tests/support/process-tree'
import { until } from '@/tests/support/until'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster('none')
})

afterAll(() => cluster?.remove())

test('a server whose chief was killed is not joined by another one before its last session has ended', async () => {
  const connectionString = `${cluster.address.superuser}postgres`
  const [client, observer] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })]
  for (const one of [client, observer]) {
    one.on('error', () => {})
    await one.connect()
  }
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid ?? 0
  // It looks at nothing but its sum, so for seconds it does not notice that it is alone.
  const busy = client
    .query('select sum(number) from generate_series(1, 30000000) as number')
    .catch(() => null)
  // Before it has begun it waits for its client, and notices at once.
  await until(async () => {
    const summing = `select 1 from pg_stat_activity where pid = $1 and state = 'active'`
    return (await observer.query(summing, [pid])).rows.length > 0
  })
  await cluster.crash()
  expect(await isAlive(pid)).toBe(true)
  await cluster.start()
  expect(await isAlive(pid)).toBe(false)
  await busy
  await Promise.all([client.end(), observer.end()])
})

async function isAlive(pid: number): Promise<boolean> {
  return (await processTree(pid)).length > 0
}
