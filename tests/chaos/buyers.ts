import type { Chance } from './chance'
import { cityIds } from './cities'
import { type Offer, shopperOf, type Wish } from './shopper'
import type { Till } from './till'
import { repeatedly, type World } from './world'

const lanes = 10

/** Buyers, one after the other in each lane, each with a mind of their own. */
export function startBuyers(world: World, till: Till, chance: Chance): { stop: () => Promise<void> } {
  let count = 0
  const all = Array.from({ length: lanes }, (_, lane) =>
    repeatedly(
      async () => {
        count++
        await buy(world, till, chance.fork(`buyer ${count}`))
      },
      () => 50 + lane * 10,
    ),
  )
  return { stop: async () => void (await Promise.all(all.map((lane) => lane.stop()))) }
}

type Mind =
  | 'pays'
  | 'pays late'
  | 'pays by debit'
  | 'is declined first'
  | 'changes it'
  | 'changes it while paying'
  | 'cancels'
  | 'cancels while paying'
  | 'asks twice'
  | 'leaves'

async function buy(world: World, till: Till, chance: Chance): Promise<void> {
  const shopper = shopperOf(world, chance)
  const mind = chance.weighted<Mind>([
    [40, 'pays'],
    [6, 'pays late'],
    [8, 'pays by debit'],
    [5, 'is declined first'],
    [10, 'changes it'],
    [6, 'changes it while paying'],
    [5, 'cancels'],
    [5, 'cancels while paying'],
    [5, 'asks twice'],
    [10, 'leaves'],
  ])
  const wish = aWish(chance)
  const offer = await shopper.ask(wish)
  if (!offer) return
  await think(world, chance)
  switch (mind) {
    case 'pays':
      return void (await till.pay(offer.sessionId))
    case 'pays late':
      // The hold runs out after 15 minutes of the test's clock, the page after 31.
      await world.pause(chance.whole(6_000, 16_000))
      return void (await till.pay(offer.sessionId))
    case 'pays by debit':
      return void (await till.pay(offer.sessionId, { method: 'debit' }))
    case 'is declined first':
      await till.attempt(world.shop.standIn.control.decline(offer.sessionId))
      if (chance.happens(0.6)) await till.pay(offer.sessionId)
      return
    case 'changes it': {
      const other = await shopper.ask(anotherWish(offer, chance))
      await think(world, chance)
      if (other && chance.happens(0.8)) await till.pay(other.sessionId)
      // The page of before is still open in another tab.
      if (chance.happens(0.5)) await till.pay(offer.sessionId)
      return
    }
    case 'changes it while paying': {
      const [other] = await Promise.all([
        shopper.ask(anotherWish(offer, chance)),
        world.pause(chance.whole(0, 60)).then(() => till.pay(offer.sessionId)),
      ])
      if (other) await till.pay(other.sessionId)
      return
    }
    case 'cancels':
      return shopper.cancel(offer)
    case 'cancels while paying':
      await Promise.all([
        shopper.cancel(offer),
        world.pause(chance.whole(0, 60)).then(() => till.pay(offer.sessionId)),
      ])
      return
    case 'asks twice': {
      const again = await Promise.all([shopper.ask(wish), shopper.ask(wish)])
      for (const page of [offer, ...again]) if (page) await till.pay(page.sessionId)
      return
    }
    case 'leaves':
      return
  }
}

function aWish(chance: Chance): Wish {
  return {
    cityId: chance.pick(cityIds),
    tier: chance.happens(0.7) ? 'ga' : 'vip',
    quantity: chance.weighted([
      [5, 1],
      [4, 2],
      [2, 3],
      [1, 5],
    ]),
  }
}

function anotherWish({ cityId, tier, quantity }: Offer, chance: Chance): Wish {
  if (chance.happens(0.3)) return { cityId, tier: tier === 'ga' ? 'vip' : 'ga', quantity }
  return { cityId, tier, quantity: Math.max(1, quantity + chance.pick([-1, 1, 2])) }
}

function think({ pause }: World, chance: Chance): Promise<void> {
  return pause(chance.whole(50, 1_200))
}
