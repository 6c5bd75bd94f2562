import type { AdminWork } from './admin-work'
import type { Chance } from './chance'
import { cityIds } from './cities'
import { repeatedly, type World } from './world'

/** An admin who adds seats, takes some away, and decides about payments that found none. */
export function startAdminDesk({ admin }: World, chance: Chance): { stop: () => Promise<void> } {
  return repeatedly(
    async () => void (await admin.ask(someWork(chance))),
    () => chance.whole(300, 1_500),
  )
}

function someWork(chance: Chance): AdminWork {
  const tier = chance.pick(['ga', 'vip'] as const)
  const pool = { cityId: chance.pick(cityIds), tier }
  switch (
    chance.weighted([
      [4, 'expand'],
      [3, 'reduce'],
      [3, 'resolve'],
    ] as const)
  ) {
    case 'expand':
      return { act: 'expand', ...pool, seats: chance.whole(1, 4) }
    case 'reduce':
      return { act: 'reduce', ...pool, to: tier === 'ga' ? chance.whole(10, 45) : chance.whole(5, 25) }
    case 'resolve':
      return {
        act: 'resolve',
        how: chance.pick(['refund', 'expand', 'assign', 'restock', 'dismiss']),
        luck: chance.whole(0, 1_000),
      }
  }
}
