import { sql } from 'kysely'
import pg from 'pg'
import { database } from '@/lib/database'
import { uuidFromName } from '@/lib/queues/job-id'
import { createBoss } from '@/worker/boss'
import { bareBatches } from './bare-batch'
import { crowd } from './crowd'
import type { BenchGroup } from './groups'
import { type Bought, fillQueue } from './payments'
import { doNothing, drainRate } from './queue-drain'
import { quietNight } from './quiet-night'
import { openCities } from './stock'

const drained = 10_000
const rawDrained = 1_500

/**
 * Payments applied per second by one worker from a queue that filled after a quiet night, for one stock row and spread
 * over 40; beside it one raw transaction a payment that writes the same rows, and pg-boss with a handler that does
 * nothing, or that writes the same rows in batches and decides nothing.
 */
export const drain: BenchGroup = async ({ figures, options, urls }) => {
  const [hot = ''] = await openCities('bench-drain', 1)
  const spread = await openCities('bench-spread', 40)
  const [bare = ''] = await openCities('bench-bare', 1)
  const raw = new pg.Pool({ connectionString: urls.app, max: 16 })
  const boss = await createBoss().start()
  const fill = async (cities: readonly string[], count: number) => {
    await quietNight(urls.ownerDb)
    return fillQueue(cities, count)
  }
  const rates = { hot: [] as number[], spread: [] as number[], bare: [] as number[], empty: [] as number[] }
  const rawRates: Record<number, number[]> = { 1: [], 4: [], 16: [] }
  for (let round = 0; round < options.rounds; round++) {
    await fill([hot], drained)
    rates.hot.push(await drainRate(boss, drained))
    for (const connections of [1, 4, 16]) {
      const bought = await fill([hot], rawDrained)
      const run = await crowd(rawDrained, connections, (index) => rawSale(raw, bought[index]))
      rawRates[connections]?.push(run.perSecond)
    }
    await fill(spread, drained)
    rates.spread.push(await drainRate(boss, drained))
    const sales = await fill([bare], drained)
    // The first row of a city's ledger tells of its opening.
    rates.bare.push(await drainRate(boss, drained, bareBatches(sales, 2 + round * drained)))
    await fill([hot], drained)
    rates.empty.push(await drainRate(boss, drained, doNothing))
    await sql`update stripe_events set state = 'ignored' where state = 'received'`.execute(database())
  }
  await boss.stop({ graceful: false })
  await raw.end()
  figures.ratio('drain_hot_vs_one_by_one', 'payments/s', rates.hot, rawRates[4] ?? [], '≥ 10')
  figures.ratio('drain_hot_vs_empty_handler', 'payments/s', rates.hot, rates.empty, '≥ 0.4')
  figures.ratio('drain_bare_vs_empty_handler', 'payments/s', rates.bare, rates.empty)
  figures.ratio('drain_spread_vs_hot', 'payments/s', rates.spread, rates.hot, '≥ 0.9')
  for (const connections of [1, 4, 16]) {
    figures.plain(`raw_sale_${connections}_per_s`, 'payments/s', rawRates[connections] ?? [])
  }
}

/** One payment, one transaction, six statements between begin and commit, the product's rows. */
async function rawSale(pool: pg.Pool, bought: Bought | undefined): Promise<void> {
  if (!bought) throw new Error('Nothing to sell')
  const { eventId, sessionId, intentId, reservationId, email, cityId } = bought
  const client = await pool.connect()
  const run = (name: string, text: string, values: unknown[]) => client.query({ name, text, values })
  try {
    await client.query('begin')
    const event = await run(
      'event',
      `update stripe_events set state = 'processed', outcome = 'sold',
      processed_at = now() where id = $1 and state = 'received'`,
      [eventId],
    )
    if (event.rowCount !== 1) throw new Error('Already applied')
    // The lock first: the payment's foreign key would share the stock row, and two sharers cannot both lock it.
    const stock = await run(
      'lock',
      `select sold, held, public_limit, actual_limit, last_sequence, last_hash
      from inventory where city_id = $1 and tier = 'ga' for update`,
      [cityId],
    )
    const row = stock.rows[0] as {
      sold: number
      public_limit: number
      actual_limit: number
      last_sequence: string
    }
    const sequence = Number(row.last_sequence) + 1
    await run(
      'payment',
      `insert into payments (id, payment_intent_id, session_id, reservation_id, state, city_id, tier,
      seats_sold, epoch, amount_cents, currency, email, sold_at)
      values ($1, $1, $2, $3, 'sold', $4, 'ga', 1, 0, 100000, 'usd', $5, now())`,
      [intentId, sessionId, reservationId, cityId, email],
    )
    await run(
      'reservation',
      `update reservations set status = 'sold', session_outcome = 'paid', closed_at = now()
      where id = $1 and status = 'held'`,
      [reservationId],
    )
    await run(
      'stock',
      `update inventory set sold = sold + 1, held = held - 1, last_sequence = $2, updated_at = now(),
      last_hash = sha256(last_hash || $3::text::bytea) where city_id = $1 and tier = 'ga'`,
      [cityId, sequence, sessionId],
    )
    await run(
      'ledger',
      `insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity,
      sold_before, sold_after, public_limit_before, public_limit_after, actual_limit_before, actual_limit_after,
      payment_id, payment_intent_id, session_id, reservation_id, occurred_at, hash)
      values ($1, 'ga', $2, 0, 'decrement', 1, $3, $3 + 1, $4, $4, $5, $5, $6, $6, $7, $8, now(),
        sha256(convert_to($7, 'UTF8')))`,
      [cityId, sequence, row.sold, row.public_limit, row.actual_limit, intentId, sessionId, reservationId],
    )
    await run('job', `delete from pgboss.job where name = 'stripe-events' and id = $1`, [
      uuidFromName(`stripe-events:${eventId}`),
    ])
    await client.query('commit')
  } finally {
    client.release()
  }
}
