import { randomUUID } from 'node:crypto'
import { database } from '@/lib/database'
import { executeIn } from '@/lib/inventory/execute'
import { transact } from '@/lib/queues/transaction'
import { tiers } from '@/lib/tier'

export interface GivenCity {
  /** Public seats; the actual limit starts equal. */
  ga?: number
  vip?: number
  saleState?: 'upcoming' | 'on_sale' | 'paused' | 'closed'
  hiddenSale?: 'open' | 'private'
  holdMinutes?: number
}

/** What a ticket costs in a story's city, in cents. */
export const ticketPrice = { ga: 100_000, vip: 150_000 } as const

/** A fresh city on sale, with its stock in both tiers. @returns its id */
export async function aCity(given: GivenCity = {}): Promise<string> {
  const [id] = await cities(1, given)
  if (id === undefined) throw new Error('No city was made')
  return id
}

/** Many of them by few statements. */
export async function cities(count: number, given: GivenCity = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `city-${randomUUID()}`)
  const limits = { ga: given.ga ?? 35, vip: given.vip ?? 15 }
  await transact(async (trx) => {
    await trx
      .insertInto('cities')
      .values(
        ids.map((id) => ({
          id,
          name: id,
          time_zone: 'America/Chicago',
          starts_on: '2026-01-12',
          ends_on: '2026-01-13',
          sale_state: given.saleState ?? ('on_sale' as const),
          hold_minutes: given.holdMinutes ?? 15,
        })),
      )
      .execute()
    const each = ids.flatMap((cityId) => tiers.map((tier) => ({ cityId, tier })))
    await trx
      .insertInto('prices')
      .values(
        each.map(({ cityId, tier }) => ({
          city_id: cityId,
          tier,
          amount_cents: ticketPrice[tier],
          stripe_price_id: null,
        })),
      )
      .execute()
    await executeIn(
      trx,
      each.map((pool) => [
        { type: 'open-city', ...pool, publicLimit: limits[pool.tier], authority: { actor: 'story' } },
      ]),
    )
  })
  if (given.hiddenSale === 'private') {
    await database()
      .updateTable('inventory')
      .set({ hidden_sale: 'private' })
      .where('city_id', 'in', ids)
      .execute()
  }
  return ids
}
