/** The tour's cities, as the database is delivered with them. */
export const cityIds = [
  'dallas-jan-2026',
  'atlanta-feb-2026',
  'vegas-mar-2026',
  'nyc-apr-2026',
  'chicago-may-2026',
  'sf-jun-2026',
] as const

/** In cents. */
export const prices = { ga: 100_000, vip: 150_000 } as const
