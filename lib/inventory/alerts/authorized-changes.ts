import type { NewAlert } from '@/lib/alerts/alert'
import { attemptAlerts } from '@/lib/alerts/attempt'
import { raiseAlerts } from '@/lib/alerts/raise'
import { readCityNames } from '@/lib/city-names'
import type { Trx } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import type { SalesFigures } from '../availability'
import { expansionAlert, resetAlert } from './stock-texts'

/** A row of the ledger that a person caused, as far as alerts speak of it. */
export interface AuthorizedChange {
  cityId: string
  tier: Tier
  operation: string
  quantity: number
  before: SalesFigures
  after: SalesFigures
  authority: { actor?: string | null; authorizedBy?: string | null; reason?: string | null }
}

/** Tells of expansions and resets, in the transaction that makes them. A reset of both tiers is one alert. */
export async function raiseAuthorizedChanges(trx: Trx, changes: readonly AuthorizedChange[]): Promise<void> {
  const told = changes.filter(({ operation }) => operation === 'expand' || operation === 'reset')
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
  changes: readonly AuthorizedChange[],
  cityNames: ReadonlyMap<string, string>,
): NewAlert[] {
  const place = (cityId: string) => ({ cityId, cityName: cityNames.get(cityId) ?? cityId })
  const expansions = changes.filter(({ operation }) => operation === 'expand')
  const resets = Map.groupBy(
    changes.filter(({ operation }) => operation === 'reset'),
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

function nameOf(authority: AuthorizedChange['authority'] | undefined): string {
  return authority?.authorizedBy ?? authority?.actor ?? 'nobody named'
}
