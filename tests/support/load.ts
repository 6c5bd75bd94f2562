import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { askToPay, type CheckoutAnswer } from './buyers'
import type { Shop } from './shop'

/** What a web process answered; status 0: it did not. */
export interface LoadAnswer {
  path: string
  status: number
  retryAfter: string | null
}

export interface Load {
  answers: LoadAnswer[]
  stop: () => Promise<void>
}

/** Visitors who look at the given addresses of both web processes, one after the other, until they are stopped. */
export function startVisitors({ webs }: Shop, paths: readonly string[]): Load {
  const answers: LoadAnswer[] = []
  let isStopped = false
  const lanes = webs.map(async ({ origin }) => {
    while (!isStopped) {
      for (const path of paths) answers.push(await look(origin, path))
      await delay(10)
    }
  })
  return {
    answers,
    stop: async () => {
      isStopped = true
      await Promise.all(lanes)
    },
  }
}

export interface Rush {
  answers: LoadAnswer[]
  /** Sessions that were paid. */
  paid: string[]
  /** Settles when every buyer has paid. */
  done: Promise<unknown>
}

/**
 * Buyers of one GA seat each, six at a time. Who is told to come back later does so, as the same buyer, until there
 * is a payment page, and then pays.
 */
export function startBuyers(
  { webs }: Shop,
  cityIds: readonly string[],
  pay: (sessionId: string) => Promise<void>,
): Rush {
  const rush: Omit<Rush, 'done'> = { answers: [], paid: [] }
  const waiting = cityIds.map((cityId, place) => ({ cityId, web: webs[place % 2] ?? webs[0] }))
  const lanes = Array.from({ length: 6 }, async () => {
    for (let buyer = waiting.shift(); buyer; buyer = waiting.shift()) {
      const { cityId, web } = buyer
      const sessionId = await untilPayable(rush.answers, web.origin, cityId)
      await pay(sessionId)
      rush.paid.push(sessionId)
    }
  })
  const done = Promise.all(lanes)
  // A test that fails before it waits for the end must not fail a second time here.
  done.catch(() => {})
  return { ...rush, done }
}

async function untilPayable(answers: LoadAnswer[], origin: string, cityId: string): Promise<string> {
  const wanted = { cityId, tier: 'ga', quantity: 1, holdToken: randomUUID() } as const
  for (;;) {
    const answer = await askToPay(origin, wanted).catch((): Pick<CheckoutAnswer, 'status'> => ({ status: 0 }))
    answers.push({ path: '/api/checkout-sessions', retryAfter: null, ...answer })
    if ('sessionId' in answer && answer.sessionId) return answer.sessionId
    if (answer.status !== 503) throw new Error(`A buyer of ${cityId} was answered ${answer.status}`)
    await delay(50)
  }
}

async function look(origin: string, path: string): Promise<LoadAnswer> {
  try {
    const response = await fetch(origin + path)
    await response.text()
    return { path, status: response.status, retryAfter: response.headers.get('retry-after') }
  } catch {
    return { path, status: 0, retryAfter: null }
  }
}
