import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Tier } from '@/lib/tier'
import type { Chance } from './chance'
import type { World } from './world'

export interface Wish {
  cityId: string
  tier: Tier
  quantity: number
}

/** A page to pay on. */
export interface Offer extends Wish {
  sessionId: string
  reservationId: string
}

/** Somebody with a browser or an API client. */
export interface Shopper {
  /** Asks for seats, again and again while the shop cannot answer. Null: refused, or their patience is at an end. */
  ask: (wish: Wish) => Promise<Offer | null>
  /** Gives the seats back. Only browsers can. */
  cancel: (offer: Offer) => Promise<void>
}

const patience = 12
/** Nobody looks longer at a page that does not come. */
const timeoutMs = 30_000

export function shopperOf(world: World, chance: Chance): Shopper {
  const holdToken = randomUUID()
  const isBrowser = chance.happens(0.5)
  // Some share an address, and with it the limit of seats held.
  const email = chance.happens(0.5) ? `buyer-${chance.whole(1, 30)}@example.com` : undefined
  let cookie: string | null = null

  const origin = () => chance.pick(world.webs).current().origin
  const ask = async (wish: Wish): Promise<Response> => {
    const { cityId, ...wanted } = wish
    if (isBrowser && cookie === null) {
      const page = await fetch(`${origin()}/cities/${cityId}`, { signal: AbortSignal.timeout(timeoutMs) })
      await page.text()
      note(world, 'GET /cities', page.status)
      if (page.ok) cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? null
      if (cookie === null) return page
    }
    return fetch(`${origin()}/api/checkout-sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
      body: JSON.stringify({ cityId, ...wanted, email, ...(!isBrowser && { holdToken }) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
  }
  return {
    ask: async (wish) => {
      for (let tries = 0; tries < patience; tries++) {
        const response = await answered(ask(wish))
        if (response) {
          note(world, 'POST /api/checkout-sessions', response.status)
          const body: unknown = await answered(response.json())
          const offered = opened.safeParse(body).data?.data
          if (offered) return { ...wish, ...offered }
          if (response.status < 500 && response.status !== 429 && !response.ok) return null
        }
        await world.pause(chance.whole(100, 600))
      }
      return null
    },
    cancel: async ({ cityId, reservationId }) => {
      if (cookie === null) return
      const address = `/checkout/cancelled?reservation=${encodeURIComponent(reservationId)}&city=${cityId}`
      const response = await answered(
        fetch(origin() + address, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        }),
      )
      if (!response) return
      await answered(response.text())
      note(world, 'POST /checkout/cancelled', response.status)
    },
  }
}

const opened = z.object({
  success: z.literal(true),
  data: z.object({ sessionId: z.string(), reservationId: z.string() }),
})

/** Null where the connection broke: a web process has just been killed. */
async function answered<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch(() => null)
}

/** Whatever breaks behind it, a web process serves, refuses, or says when to come back. */
function note(world: World, call: string, status: number): void {
  if (status < 500 || status === 503) return
  world.surprises.push(`${call} was answered ${status}`)
}
