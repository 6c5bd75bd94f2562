import type { NewAlert } from '@/lib/alerts/alert'
import { attemptAlerts } from '@/lib/alerts/attempt'
import { raiseAlerts } from '@/lib/alerts/raise'
import { readCityNames } from '@/lib/city-names'
import type { Trx } from '@/lib/database'
import type { Authority, LedgerEntry } from '../model'
import { expansionAlert, resetAlert } from './stock-texts'

/**
 * Tells of the expansions and resets among rows of the ledger, in the transaction that makes them. A reset of both tiers
 * is one alert.
 */
export async function raiseAuthorizedChanges(trx: Trx, entries: readonly LedgerEntry[]): Promise<void> {
  const told = entries.filter(({ operation }) => operation === 'expand' || operation === 'reset')
  if (told.length === 0) return
  await attemptAlerts(trx, async () => {
    const names = await readCityNames(
      told.map(({ cityId }) => cityId),
      trx,
    )
    await raiseAlerts(trx, authorizedChangeAlerts(told, names))
  })
}

/** Pure. */
function authorizedChangeAlerts(
  entries: readonly LedgerEntry[],
  cityNames: ReadonlyMap<string, string>,
): NewAlert[] {
  const place = (cityId: string) => ({ cityId, cityName: cityNames.get(cityId) ?? cityId })
  const expansions = entries.filter(({ operation }) => operation === 'expand')
  const resets = Map.groupBy(
    entries.filter(({ operation }) => operation === 'reset'),
    ({ cityId }) => cityId,
  )
  return [
    ...expansions.map(({ cityId, tier, quantity, after, authority }) =>
      expansionAlert({
        ...place(cityId),
        tier,
        added: quantity,
        figures: after,
        authorizedBy: nameOf(authority),
      }),
    ),
    ...[...resets].map(([cityId, tiers]) =>
      resetAlert({
        ...place(cityId),
        forgotten: tiers.reduce((seats, { before }) => seats + before.sold, 0),
        authorizedBy: nameOf(tiers[0]?.authority),
        reason: tiers[0]?.authority.reason ?? 'none given',
      }),
    ),
  ]
}

function nameOf(authority: Authority | undefined): string {
  return authority?.authorizedBy ?? authority?.actor ?? 'nobody named'
}
