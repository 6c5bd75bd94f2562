import { sql } from 'kysely'
import { type Attempt, audited, type AuditContext } from '@/lib/accounts/audit-log'
import { describeActor } from '@/lib/accounts/audit-log/entry'
import { contentVersion } from '@/lib/content-version'
import { type Trx } from '@/lib/database'
import { announceStockChange } from '@/lib/inventory/announce'
import { executeIn } from '@/lib/inventory/execute'
import { lockPools } from '@/lib/inventory/lock/turns-and-pools'
import { queueSender } from '@/lib/queues/send'
import type { Result } from '@/lib/result'
import { tiers } from '@/lib/tier'
import { type CityDetails, cityId as cityIdSchema, type NewCity } from './city-input'
import { readCityForAdmins, type AdminCity } from './read-admin-cities'

export type EditRefusal = 'unknown_city' | 'changed_meanwhile' | 'unchanged'

/** Makes a city with its prices and its first stock, all or nothing. */
export async function createCity(city: NewCity, context: AuditContext): Promise<Result<null, 'id_taken'>> {
  await queueSender()
  const { id, details, saleState, publicLimits } = city
  const result = await audited(
    context,
    { action: 'city.create', target: id },
    async (trx): Promise<Attempt<null, 'id_taken'>> => {
      const made = await trx
        .insertInto('cities')
        .values({ id, ...columnsOf(details), sale_state: saleState })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id')
        .executeTakeFirst()
      if (!made) return { ok: false, code: 'id_taken' }
      await savePrices(trx, id, details)
      const authority = { actor: describeActor(context.actor).label }
      await executeIn(
        trx,
        tiers.map((tier) => [
          { type: 'open-city', cityId: id, tier, publicLimit: publicLimits[tier], authority },
        ]),
      )
      return { ok: true, value: null, after: { ...details, saleState, publicLimits } }
    },
  )
  if (result.ok) announceStockChange([id])
  return result
}

/**
 * Changes a city's name, place, dates and prices. Pages at Stripe that are open keep the price they were made with; a
 * buyer who begins anew gets one at the new price.
 *
 * @param expected the version of the details that the admin saw (`detailsVersion`)
 */
export async function editCity(
  id: string,
  details: CityDetails,
  expected: string,
  context: AuditContext,
): Promise<Result<null, EditRefusal>> {
  const result = await audited(
    context,
    { action: 'city.edit', target: id },
    async (trx): Promise<Attempt<null, EditRefusal>> => {
      const before = await lockCity(trx, id)
      if (!before) return { ok: false, code: 'unknown_city' }
      if (detailsVersion(before.details) !== expected) return { ok: false, code: 'changed_meanwhile' }
      if (detailsVersion(details) === expected) return { ok: false, code: 'unchanged' }
      await trx
        .updateTable('cities')
        .set({ ...columnsOf(details), updated_at: sql<Date>`app_now()` })
        .where('id', '=', id)
        .execute()
      await savePrices(trx, id, details)
      return { ok: true, value: null, before: { ...before.details }, after: { ...details } }
    },
  )
  if (result.ok) announceStockChange([id])
  return result
}

/**
 * Takes a city off every list and ends its sale: once it returns, no hold is taken. What is held or paid goes on,
 * and the ledger stays.
 */
export async function archiveCity(
  id: string,
  context: AuditContext,
): Promise<Result<null, 'unknown_city' | 'unchanged'>> {
  return setArchived(id, 'archived', context)
}

/** Brings an archived city back, in the sale state that it had. */
export async function restoreCity(
  id: string,
  context: AuditContext,
): Promise<Result<null, 'unknown_city' | 'unchanged'>> {
  return setArchived(id, 'listed', context)
}

/** Names what an admin has seen of a city's details. */
export function detailsVersion(details: CityDetails): string {
  const { name, venue, address, timeZone, startsOn, endsOn, holdMinutes, prices } = details
  const priceList = tiers.map((tier) => [
    prices[tier].amountCents,
    prices[tier].currency,
    prices[tier].stripePriceId,
  ])
  return contentVersion([name, venue, address, timeZone, startsOn, endsOn, holdMinutes, priceList])
}

async function setArchived(
  id: string,
  wanted: 'archived' | 'listed',
  context: AuditContext,
): Promise<Result<null, 'unknown_city' | 'unchanged'>> {
  const action = wanted === 'archived' ? 'city.archive' : 'city.restore'
  const result = await audited(
    context,
    { action, target: id },
    async (trx): Promise<Attempt<null, 'unknown_city' | 'unchanged'>> => {
      const city = await lockCity(trx, id)
      if (!city) return { ok: false, code: 'unknown_city' }
      if (city.isArchived === (wanted === 'archived')) return { ok: false, code: 'unchanged' }
      const now = sql<Date>`app_now()`
      await trx
        .updateTable('cities')
        .set({ archived_at: wanted === 'archived' ? now : null, updated_at: now })
        .where('id', '=', id)
        .execute()
      return {
        ok: true,
        value: null,
        before: { archived: city.isArchived },
        after: { archived: !city.isArchived },
      }
    },
  )
  if (result.ok) announceStockChange([id])
  return result
}

/** The stock rows first, so that a hold under way is decided wholly before or wholly after (docs/locking.md). */
async function lockCity(trx: Trx, id: string): Promise<AdminCity | null> {
  if (!cityIdSchema.safeParse(id).success) return null
  await lockPools(trx, { named: tiers.map((tier) => ({ cityId: id, tier })) })
  await trx.selectFrom('cities').select('id').where('id', '=', id).forNoKeyUpdate().execute()
  return readCityForAdmins(id, trx)
}

async function savePrices(trx: Trx, cityId: string, { prices }: CityDetails): Promise<void> {
  await trx
    .insertInto('prices')
    .values(
      tiers.map((tier) => ({
        city_id: cityId,
        tier,
        amount_cents: prices[tier].amountCents,
        currency: prices[tier].currency,
        stripe_price_id: prices[tier].stripePriceId,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['city_id', 'tier']).doUpdateSet((eb) => ({
        amount_cents: eb.ref('excluded.amount_cents'),
        currency: eb.ref('excluded.currency'),
        stripe_price_id: eb.ref('excluded.stripe_price_id'),
      })),
    )
    .execute()
}

function columnsOf({ name, venue, address, timeZone, startsOn, endsOn, holdMinutes }: CityDetails) {
  return {
    name,
    venue,
    address,
    time_zone: timeZone,
    starts_on: startsOn,
    ends_on: endsOn,
    hold_minutes: holdMinutes,
  }
}
