import { sql } from 'kysely'
import { queueSchema } from '@/lib/queues/definitions'
import { stopAllProcesses } from '@/tests/support/processes'
import type { BenchContext, BenchGroup } from './groups'
import { startLoadClient } from './load/client'
import type { LoadRequest, LoadResult } from './load/plan'
import { insertHolds, newCheckouts } from './payments'
import { constantPaths } from './served/constants'
import { startWebWithConstants } from './served/start'
import { percentile } from './statistics'
import { archiveBenchCities, openCities } from './stock'
import { paidCheckout } from './webhooks'

const posted = 2_000
const connections = 16

/** Paid checkouts accepted per second, beside the same server inserting the same body into one table. */
export const webhook: BenchGroup = async ({ figures, options, urls }) => {
  await archiveBenchCities()
  const [city = ''] = await openCities('bench-webhook', 1)
  await createInsertTable(urls.ownerDb)
  const web = await startWebWithConstants({ DATABASE_URL: urls.app })
  const client = startLoadClient()
  const post = (requests: LoadRequest[]) =>
    client.run({ kind: 'once', origin: web.origin, connections, requests })
  const ours: LoadResult[] = []
  const inserts: LoadResult[] = []
  try {
    // The first round warms both up.
    for (let round = 0; round <= options.rounds; round++) {
      const bought = newCheckouts([city], posted)
      await insertHolds(bought)
      const webhooks = bought.map(paidCheckout)
      ours.push(await post(webhooks))
      inserts.push(await post(webhooks.map((one) => ({ ...one, path: constantPaths.insert }))))
    }
  } finally {
    await client.stop()
    await stopAllProcesses()
  }
  const rates = (results: LoadResult[]) => results.slice(1).map(({ perSecond }) => perSecond)
  const times = ours.slice(1).flatMap((result) => result.times)
  figures.ratio('webhook_vs_insert', 'webhooks/s', rates(ours), rates(inserts), '≥ 0.7')
  figures.plain('webhook_p50_ms', 'ms', [percentile(times, 50)])
  figures.plain('webhook_p99_ms', 'ms', [percentile(times, 99)])
  await forgetWebhooks(urls.ownerDb, city)
}

async function createInsertTable(ownerDb: BenchContext['urls']['ownerDb']): Promise<void> {
  await sql`create table bench_inserts (id bigint generated always as identity primary key, body text not null,
    received_at timestamptz not null default now())`.execute(ownerDb)
  await sql`grant insert on bench_inserts to public`.execute(ownerDb)
}

/** No worker of a later group is to find them. */
async function forgetWebhooks(ownerDb: BenchContext['urls']['ownerDb'], city: string): Promise<void> {
  await sql`delete from ${sql.table(`${queueSchema}.job`)} where name = 'stripe-events'`.execute(ownerDb)
  await sql`delete from stripe_events where state = 'received'`.execute(ownerDb)
  await sql`delete from reservations where city_id = ${city}`.execute(ownerDb)
  await sql`update inventory set held = 0 where city_id = ${city}`.execute(ownerDb)
}
