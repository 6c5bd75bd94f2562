import type { Columns } from '@/db/rows-of'

/** What names a pool, as columns of `rowsOf`. */
export const poolColumns = {
  city_id: ['text', (pool) => pool.cityId],
  tier: ['text', (pool) => pool.tier],
} satisfies Columns<{ cityId: string; tier: string }>
