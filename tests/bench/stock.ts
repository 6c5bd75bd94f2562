import { sql } from 'kysely'
import { database } from '@/lib/database'
import { execute } from '@/lib/inventory/execute'
import { tiers } from '@/lib/tier'

export const plenty = 900_000

/** Takes the cities of other groups out of the public answers, so that these are as long as a tour makes them. */
export async function archiveBenchCities(): Promise<void> {
  await sql`update cities set archived_at = app_now() where id like 'bench-%'`.execute(database())
}

/** Makes cities with plenty of stock, on sale. */
export async function openCities(prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`)
  await database()
    .insertInto('cities')
    .values(
      ids.map((id) => ({
        id,
        name: id,
        time_zone: 'America/Chicago',
        starts_on: '2026-12-01',
        ends_on: '2026-12-02',
        sale_state: 'on_sale' as const,
      })),
    )
    .execute()
  await database()
    .insertInto('prices')
    .values(
      ids.flatMap((id) =>
        tiers.map((tier) => ({
          city_id: id,
          tier,
          amount_cents: 100_000,
          currency: 'usd',
          stripe_price_id: null,
        })),
      ),
    )
    .execute()
  for (let from = 0; from < ids.length; from += 250) {
    await execute(
      ids
        .slice(from, from + 250)
        .flatMap((cityId) =>
          tiers.map((tier) => [
            { type: 'open-city' as const, cityId, tier, publicLimit: plenty, authority: {} },
          ]),
        ),
    )
  }
  await sql`vacuum analyze inventory`.execute(database()).catch(() => undefined)
  return ids
}
