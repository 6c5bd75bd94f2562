import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { v7 as newReservationId } from 'uuid'
import { database } from '@/lib/database'
import { holdSeats } from '@/lib/inventory/hold-seats'
import { crowd } from './crowd'
import type { BenchGroup } from './groups'
import { percentile } from './statistics'
import { openCities } from './stock'

/** Checkouts' holds, all for one row, beside one raw transaction a hold that writes the same rows. */
export const hold: BenchGroup = async ({ figures, options, urls }) => {
  const [city = ''] = await openCities('bench-hold', 1)
  const raw = new pg.Pool({ connectionString: urls.app, max: 16 })
  const ours: Record<number, number[]> = { 1: [], 8: [], 32: [], 128: [] }
  const rawRates: Record<number, number[]> = { 1: [], 16: [] }
  const times: Record<number, number[]> = { 1: [], 8: [], 32: [], 128: [] }
  const measureOurs = async (atOnce: number) => {
    const run = await crowd(atOnce === 1 ? 1_000 : 2_000, atOnce, () => ourHold(city))
    ours[atOnce]?.push(run.perSecond)
    times[atOnce]?.push(...run.times)
  }
  const measureRaw = async (connections: number) => {
    const run = await crowd(connections === 1 ? 1_000 : 1_500, connections, () => rawHold(raw, city))
    rawRates[connections]?.push(run.perSecond)
  }
  for (let round = 0; round < options.rounds; round++) {
    // What is compared follows each other at once, in turn: the machine's speed changes within seconds.
    const lonely = [measureOurs, measureRaw]
    for (const measure of round % 2 === 0 ? lonely : lonely.toReversed()) await measure(1)
    await measureOurs(8)
    await measureOurs(32)
    const crowded = [() => measureOurs(128), () => measureRaw(16)]
    for (const measure of round % 2 === 0 ? crowded : crowded.toReversed()) await measure()
    await sql`delete from reservations where city_id = ${city}`.execute(urls.ownerDb)
    await sql`update inventory set held = 0 where city_id = ${city}`.execute(database())
  }
  await raw.end()
  figures.ratio('hold_1_vs_one_by_one', 'holds/s', ours[1] ?? [], rawRates[1] ?? [], '≥ 0.8')
  figures.ratio('hold_128_vs_one_by_one', 'holds/s', ours[128] ?? [], rawRates[16] ?? [], '≥ 4')
  for (const atOnce of [1, 8, 32, 128]) {
    figures.plain(`hold_${atOnce}_per_s`, 'holds/s', ours[atOnce] ?? [])
    figures.plain(`hold_${atOnce}_p50_ms`, 'ms', [percentile(times[atOnce] ?? [], 50)])
    figures.plain(`hold_${atOnce}_p99_ms`, 'ms', [percentile(times[atOnce] ?? [], 99)])
  }
}

/** Takes one GA seat by the product's own function. */
export async function ourHold(cityId: string): Promise<void> {
  const id = randomUUID()
  const outcome = await holdSeats({
    type: 'hold',
    reservationId: newReservationId(),
    cityId,
    tier: 'ga',
    quantity: 1,
    email: `${id}@example.com`,
    visitorHash: id,
    reach: 'by_setting',
    checkout: { parameters: { mode: 'payment' }, amountCents: 100_000, currency: 'usd' },
  })
  if (outcome.status !== 'applied') throw new Error(`A hold was not taken: ${outcome.status}`)
}

/** What a careful tutorial does, with our rows: count the buyer's seats, lock, read, insert, update. */
async function rawHold(pool: pg.Pool, cityId: string): Promise<void> {
  const id = randomUUID()
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [id])
    const { rows } = await client.query<{ actual_limit: number; sold: number; held: number }>({
      name: 'lock',
      text: `select actual_limit, sold, held from inventory where city_id = $1 and tier = 'ga' for update`,
      values: [cityId],
    })
    const stock = rows[0]
    if (!stock || stock.actual_limit - stock.sold - stock.held < 1) throw new Error('sold out')
    await client.query({
      name: 'count',
      text: `select coalesce(sum(quantity), 0) as seats from reservations where email = $1 and status in ('held', 'awaiting')`,
      values: [`${id}@example.com`],
    })
    await client.query({
      name: 'insert',
      text: `insert into reservations (id, city_id, tier, quantity, status, epoch, email, visitor_hash, amount_cents,
          currency, created_at, expires_at, lapses_at, session_request, session_expires_at)
        values ($1, $2, 'ga', 1, 'held', 0, $3, $4, 100000, 'usd', now(), now() + interval '15 minutes',
          now() + interval '41 minutes', '{"mode":"payment"}', now() + interval '31 minutes')`,
      values: [newReservationId(), cityId, `${id}@example.com`, id],
    })
    await client.query({
      name: 'update',
      text: `update inventory set held = held + 1, updated_at = now() where city_id = $1 and tier = 'ga'`,
      values: [cityId],
    })
    await client.query('commit')
  } finally {
    client.release()
  }
}
