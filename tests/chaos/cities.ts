import { seedCities } from '@/db/seed-data'

/** The tour's cities, as the database is delivered with them. */
export const cityIds = seedCities.map(({ id }) => id)

/** In cents. */
export const prices = { ga: 100_000, vip: 150_000 } as const
