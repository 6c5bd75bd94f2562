import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { database } from '@/lib/database'
import { startWeb, startWorker, stopAllProcesses } from '@/tests/support/processes'
import type { BenchGroup } from './groups'
import { type LoadClient, startLoadClient } from './load/client'
import type { LoadRequest } from './load/plan'
import { type Bought, newCheckouts } from './payments'
import { type Screen, watchCity } from './screen'
import { agesOf } from './sightings'
import { percentile } from './statistics'
import { archiveBenchCities, openCities } from './stock'
import { paidLink } from './webhooks'

const idlePayments = 30
const paymentsPerSecond = 500
const rushSeconds = 4

/**
 * From a webhook's answer, by the worker's sale, to the number in another browser's event stream: one payment now and
 * then, and 500 a second for one stock row.
 */
export const latency: BenchGroup = async ({ figures, options, urls }) => {
  await archiveBenchCities()
  const [city = ''] = await openCities('bench-latency', 1)
  const web = await startWeb({ DATABASE_URL: urls.app })
  await startWorker({ DATABASE_URL: urls.app })
  const screen = await watchCity(web.origin, city)
  const client = startLoadClient()
  const idle: number[] = []
  const rush: number[] = []
  const rates: number[] = []
  try {
    for (let round = 0; round <= options.rounds; round++) {
      const single = await payOneByOne(client, web.origin, city, screen)
      const { ages, perSecond } = await payInRush(client, web.origin, city, screen)
      // The first round warms everything up.
      if (round === 0) continue
      idle.push(...single)
      rush.push(...ages)
      rates.push(perSecond)
    }
  } finally {
    screen.close()
    await client.stop()
    await stopAllProcesses()
  }
  figures.plain('push_p50_ms', 'ms', [percentile(idle, 50)], '≤ 100')
  figures.plain('push_p99_ms', 'ms', [percentile(idle, 99)])
  figures.plain('push_loaded_p50_ms', 'ms', [percentile(rush, 50)])
  figures.plain('push_loaded_p99_ms', 'ms', [percentile(rush, 99)], '≤ 1,000')
  figures.plain('push_loaded_webhooks_per_s', 'webhooks/s', rates)
}

async function payOneByOne(
  client: LoadClient,
  origin: string,
  city: string,
  screen: Screen,
): Promise<number[]> {
  const happened: [number, number][] = []
  for (const bought of newCheckouts([city], idlePayments)) {
    const gone = (screen.sightings.at(-1)?.gone ?? 0) + 1
    const at = (await post(client, origin, [paidLink(bought)])).answeredAt[0] ?? NaN
    happened.push([gone, at])
    await screen.untilGone(gone)
    // Out of step with whatever the processes do at fixed intervals.
    await delay(20 + Math.random() * 100)
  }
  return agesOf(happened, screen.sightings)
}

async function payInRush(client: LoadClient, origin: string, city: string, screen: Screen) {
  const bought = newCheckouts([city], paymentsPerSecond * rushSeconds)
  const before = screen.sightings.at(-1)?.gone ?? 0
  const { answeredAt, perSecond } = await post(client, origin, bought.map(paidLink))
  await screen.untilGone(before + bought.length)
  const goneAfter = await salesOf(bought)
  const happened = bought.map(
    ({ sessionId }, index) => [goneAfter.get(sessionId) ?? NaN, answeredAt[index] ?? NaN] as const,
  )
  return { ages: agesOf(happened, screen.sightings), perSecond }
}

function post(client: LoadClient, origin: string, requests: LoadRequest[]) {
  return client.run({ kind: 'once', origin, connections: 32, requests, perSecond: paymentsPerSecond })
}

/** @returns by session, how many seats were sold once it was */
async function salesOf(bought: readonly Bought[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ session_id: string; sold_after: number }>`
    select session_id, sold_after from inventory_transactions
    where session_id = any(${bought.map(({ sessionId }) => sessionId)}::text[])`.execute(database())
  if (rows.length !== bought.length) throw new Error(`${bought.length - rows.length} payments became no sale`)
  return new Map(rows.map((row) => [row.session_id, row.sold_after]))
}
