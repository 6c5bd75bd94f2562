import { sql } from 'kysely'
import type { SaleState } from '@/db/tables/cities'
import type { HiddenSale } from '@/db/tables/stock'
import { database, type Trx } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import { type Tier, tiers } from '@/lib/tier'
import { announceStockChange } from '../announce'
import { lockPools } from '../lock/turns-and-pools'
import { type AdminAuthority, isRefusal, readAuthority } from './authority'
import { readPool, unknownCity } from './pool'
import { type AdminResult, refusal } from './result'

export interface SettingOptions<Value> {
  /** What the admin saw. If it is something else by now, the change is refused with `numbers_moved`. */
  expected?: Value | undefined
}

/** `before` and `after`: for the record of who did what. */
export type SettingResult<Value> = AdminResult<{ before: Value; after: Value }>

/**
 * Decides who reaches a tier's hidden seats: everybody at checkout, or only holders of a private link. Takes the
 * stock row's lock, so that each hold is decided wholly by the old setting or wholly by the new one.
 */
export async function setHiddenSale(
  cityId: string,
  tier: string,
  hiddenSale: HiddenSale,
  given: AdminAuthority,
  { expected }: SettingOptions<HiddenSale> = {},
): Promise<SettingResult<HiddenSale>> {
  const authority = readAuthority(given, 'a change of the sale')
  if (isRefusal(authority)) return authority
  const pool = readPool(cityId, tier)
  if (isRefusal(pool)) return pool
  return setUnderLock({ cityId: pool.cityId, locked: [pool.tier], record: given.record }, async (trx) => {
    const row = await trx
      .selectFrom('inventory')
      .select('hidden_sale')
      .where('city_id', '=', pool.cityId)
      .where('tier', '=', pool.tier)
      .executeTakeFirst()
    const refused = check(row?.hidden_sale, expected, hiddenSale)
    if (refused) return refused
    await trx
      .updateTable('inventory')
      .set({ hidden_sale: hiddenSale, updated_at: sql<Date>`app_now()` })
      .where('city_id', '=', pool.cityId)
      .where('tier', '=', pool.tier)
      .execute()
    return changed(row?.hidden_sale, hiddenSale)
  })
}

/**
 * Opens, pauses or closes the sale of a city. Takes the locks of both stock rows: once it returns, no hold is
 * taken under the old state. What is held or paid already goes on.
 */
export async function setSaleState(
  cityId: string,
  state: SaleState,
  given: AdminAuthority,
  { expected }: SettingOptions<SaleState> = {},
): Promise<SettingResult<SaleState>> {
  const authority = readAuthority(given, 'a change of the sale')
  if (isRefusal(authority)) return authority
  if (!isStorableText(cityId)) return unknownCity()
  return setUnderLock({ cityId, locked: tiers, record: given.record }, async (trx) => {
    const row = await trx
      .selectFrom('cities')
      .select('sale_state')
      .where('id', '=', cityId)
      .forNoKeyUpdate()
      .executeTakeFirst()
    const refused = check(row?.sale_state, expected, state)
    if (refused) return refused
    await trx
      .updateTable('cities')
      .set({ sale_state: state, updated_at: sql<Date>`app_now()` })
      .where('id', '=', cityId)
      .execute()
    return changed(row?.sale_state, state)
  })
}

/** Runs a change under the locks of stock rows, records it, and announces it after the commit. */
async function setUnderLock<Value extends string>(
  { cityId, locked, record }: { cityId: string; locked: readonly Tier[]; record: AdminAuthority['record'] },
  set: (trx: Trx) => Promise<SettingResult<Value>>,
): Promise<SettingResult<Value>> {
  const result = await database()
    .transaction()
    .execute(async (trx) => {
      await lockPools(trx, { named: locked.map((tier) => ({ cityId, tier })) })
      const made = await set(trx)
      if (!made.ok) return made
      const { before, after } = made
      // The ledger has no row of such a change.
      await record?.(trx, { outcomes: [], entries: [], setting: { before, after } })
      return made
    })
  if (result.ok) announceStockChange([cityId])
  return result
}

function check<Value>(current: Value | undefined, expected: Value | undefined, wanted: Value) {
  if (current === undefined) return unknownCity()
  if (expected !== undefined && expected !== current)
    return refusal('numbers_moved', `Somebody else has set it to ${String(current)} meanwhile`)
  return current === wanted ? refusal('unchanged', 'It is so already; nothing was changed') : null
}

function changed<Value>(before: Value | undefined, after: Value): SettingResult<Value> {
  return { ok: true, before: before ?? after, after }
}
