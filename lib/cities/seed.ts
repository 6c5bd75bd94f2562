import { seedCities, seedPrices } from '@/db/seed-data'
import type { Trx } from '@/lib/database'
import { executeIn } from '@/lib/inventory/execute'
import type { OpenCity } from '@/lib/inventory/commands'
import { defaultPublicLimits } from '@/lib/tier'

/** Puts the six cities of the tour on sale. */
export async function seedTour(trx: Trx): Promise<void> {
  await trx
    .insertInto('cities')
    .values(
      seedCities.map((city) => ({
        id: city.id,
        name: city.name,
        venue: city.venue,
        address: city.address,
        time_zone: city.timeZone,
        starts_on: city.startsOn,
        ends_on: city.endsOn,
        sale_state: 'on_sale' as const,
      })),
    )
    .execute()
  await trx
    .insertInto('prices')
    .values(
      seedCities.flatMap((city) =>
        seedPrices.map((price) => ({
          city_id: city.id,
          tier: price.tier,
          amount_cents: price.amountCents,
          currency: price.currency,
          stripe_price_id: null,
        })),
      ),
    )
    .execute()
  await executeIn(
    trx,
    seedCities.flatMap((city) => seedPrices.map((price) => [openCity(city.id, price.tier)])),
  )
}

function openCity(cityId: string, tier: OpenCity['tier']): OpenCity {
  return {
    type: 'open-city',
    cityId,
    tier,
    publicLimit: defaultPublicLimits[tier],
    authority: { actor: 'seed' },
  }
}
