import type { Tier } from '@/lib/tier'
import type { Chance } from './chance'
import { cityIds, prices } from './cities'
import type { Till } from './till'
import { repeatedly, type World } from './world'

/** Sessions that the shop did not make: payment links with our metadata, and other people's business. */
export function startOutsideSales(world: World, till: Till, chance: Chance): { stop: () => Promise<void> } {
  const { control } = world.shop.standIn
  return repeatedly(
    async () => {
      const tier: Tier = chance.happens(0.7) ? 'ga' : 'vip'
      const quantity = chance.whole(1, 3)
      const order = {
        cityId: chance.pick(cityIds),
        ticketType: tier.toUpperCase(),
        quantity: String(quantity),
      }
      const link = { unitAmount: prices[tier], quantity, metadata: order }
      const page = await till.attempt(control.createSession(await variant(world, link, chance)))
      if (!page) return
      const adjusted = page.session.metadata.adjustable === 'yes' ? { quantity: chance.whole(1, 4) } : {}
      await till.pay(page.session.id, { ...adjusted, ...(chance.happens(0.1) && { method: 'debit' }) })
    },
    () => chance.whole(300, 1_500),
  )
}

type Link = NonNullable<Parameters<World['shop']['standIn']['control']['createSession']>[0]>

async function variant(world: World, link: Link & { metadata: object }, chance: Chance): Promise<Link> {
  const { metadata } = link
  switch (
    chance.weighted([
      [8, 'plain'],
      [5, 'adjustable'],
      [2, 'free'],
      [2, 'discounted'],
      [1, 'unknown city'],
      [1, 'unreadable'],
      [3, 'names a reservation'],
      [1, 'not ours'],
      [1, 'subscription'],
    ] as const)
  ) {
    case 'plain':
      return link
    case 'adjustable':
      return {
        ...link,
        adjustable: { minimum: 1, maximum: 10 },
        metadata: { ...metadata, adjustable: 'yes' },
      }
    case 'free':
      return { ...link, discount: 100 }
    case 'discounted':
      return { ...link, discount: 50 }
    case 'unknown city':
      return { ...link, metadata: { ...metadata, cityId: 'atlantis' } }
    case 'unreadable':
      return { ...link, metadata: { ...metadata, ticketType: 'balcony' } }
    case 'names a reservation':
      return { ...link, ...(await namingReservation(world)) }
    case 'not ours':
      return { ...link, metadata: {} }
    case 'subscription':
      return { ...link, mode: 'subscription' }
  }
}

/** A second page for somebody's reservation, as a person might make it by hand. */
async function namingReservation({ shop }: World): Promise<Link> {
  const rows = await shop
    .rows<{ id: string; cityId: string; tier: Tier; quantity: number }>(
      `select id, city_id as "cityId", tier, quantity from reservations
       where session_id is not null order by created_at desc limit 1`,
    )
    .catch(() => [])
  const [known] = rows
  if (!known) return {}
  const { id, cityId, tier, quantity } = known
  return {
    unitAmount: prices[tier],
    quantity,
    metadata: { cityId, ticketType: tier, quantity: String(quantity), reservationId: id },
  }
}
