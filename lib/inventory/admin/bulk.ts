import { isAboutContent } from '@/lib/content-fault'
import { isStorableText } from '@/lib/outside-text'
import { expansionQuantity, parseQuantity } from '@/lib/quantity'
import { parseTier } from '@/lib/tier'
import type { Command } from '../commands'
import type { Applied, Outcome } from '../outcomes'
import { execute, type RecordChange } from '../execute'
import { type AdminAuthority, isRefusal, readAuthority } from './authority'
import { findFailingCities } from './failing-cities'
import { unknownCity } from './pool'
import { type AdminRefusal, type AdminResult, refusal, resultOf } from './result'

/** Cities in one call at most. */
export const largestBulk = 500

/** What became of one city. A city that is refused, or fails, does not stop the others. */
export type CityResult<Done extends object> = { cityId: string } & AdminResult<Done>

/** All cities' results, in the order they were named; or why nothing was tried at all. */
export type BulkResult<Done extends object> = { ok: true; results: CityResult<Done>[] } | AdminRefusal

/** Records all results in the transaction that makes them true. */
export type RecordBulk<Done extends object> = (
  trx: Parameters<RecordChange>[0],
  results: readonly CityResult<Done>[],
  entries: Parameters<RecordChange>[1]['entries'],
) => Promise<void>

/** By city, what the admin saw. A city whose number is another one by now is refused with `numbers_moved`. */
export type SeenByCity = ReadonlyMap<string, number>

/**
 * Adds 1 to 10,000 hidden seats to each of up to 500 cities, in one transaction. `limit`: the limit afterwards.
 *
 * @param expansion.expectedLimits the actual limits that the admin saw
 */
export async function expandCities(
  cityIds: readonly string[],
  expansion: { tier: string; additionalSpots: number; expectedLimits?: SeenByCity },
  given: Omit<AdminAuthority, 'record'>,
  record?: RecordBulk<{ limit: number }>,
): Promise<BulkResult<{ limit: number }>> {
  const authority = readAuthority(given, 'inventory expansion')
  if (isRefusal(authority)) return authority
  const tier = parseTier(expansion.tier)
  if (!tier) return refusal('unknown_tier', 'Tier must be GA or VIP')
  const additionalSpots = parseQuantity(expansion.additionalSpots)
  if (additionalSpots === null || additionalSpots > expansionQuantity.max)
    return refusal(
      'invalid_quantity',
      `Additional spots must be a whole number from 1 to ${expansionQuantity.max}`,
    )
  return eachCity(
    cityIds,
    (cityId) => ({
      type: 'expand',
      cityId,
      tier,
      additionalSpots,
      authority,
      expectedLimit: expansion.expectedLimits?.get(cityId),
    }),
    ({ limit }) => ({ limit }),
    record,
  )
}

/**
 * Resets each of up to 500 cities, in one transaction. `forgotten`: sold seats that are no longer counted.
 *
 * @param reset.expectedEpochs the numbers of resets that the admin saw
 */
export async function resetCities(
  cityIds: readonly string[],
  reset: { expectedEpochs?: SeenByCity },
  given: Omit<AdminAuthority, 'record'>,
  record?: RecordBulk<{ forgotten: number }>,
): Promise<BulkResult<{ forgotten: number }>> {
  const authority = readAuthority(given, 'inventory reset')
  if (isRefusal(authority)) return authority
  return eachCity(
    cityIds,
    (cityId) => ({ type: 'reset', cityId, authority, expectedEpoch: reset.expectedEpochs?.get(cityId) }),
    ({ quantity }) => ({ forgotten: quantity }),
    record,
  )
}

async function eachCity<Done extends object>(
  cityIds: readonly string[],
  command: (cityId: string) => Command,
  done: (applied: Applied) => Done,
  record: RecordBulk<Done> | undefined,
): Promise<BulkResult<Done>> {
  if (cityIds.length === 0 || cityIds.length > largestBulk)
    return refusal('invalid_text', `Name 1 to ${largestBulk} cities`)
  if (new Set(cityIds).size < cityIds.length) return refusal('invalid_text', 'A city is named twice')
  const commands = new Map(
    cityIds.filter((cityId) => isStorableText(cityId)).map((cityId) => [cityId, command(cityId)]),
  )
  const changeAllBut = async (failing: ReadonlyMap<string, AdminRefusal>): Promise<BulkResult<Done>> => {
    const changing = [...commands].filter(([cityId]) => !failing.has(cityId))
    const read = (outcomes: readonly Outcome[][]): CityResult<Done>[] => {
      const ofCity = new Map(changing.map(([cityId], index) => [cityId, outcomes[index]?.[0]]))
      return cityIds.map((cityId) => {
        const outcome = ofCity.get(cityId)
        const result = outcome ? resultOf(outcome, done) : (failing.get(cityId) ?? unknownCity())
        return { cityId, ...result }
      })
    }
    const outcomes = await execute(
      changing.map(([, command]) => [command]),
      { record: record && ((trx, change) => record(trx, read(change.outcomes), change.entries)) },
    )
    return { ok: true, results: read(outcomes) }
  }
  try {
    return await changeAllBut(new Map())
  } catch (error) {
    if (!isAboutContent(error)) throw error
    return changeAllBut(await findFailingCities(commands))
  }
}
