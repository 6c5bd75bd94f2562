import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Shop } from './shop'

export interface Wanted {
  cityId: string
  tier: 'ga' | 'vip'
  quantity: number
  /** Whose hold it is; the same token asks again for the same buyer. */
  holdToken: string
}

/** What the shop said to a buyer who asked to pay. */
export interface CheckoutAnswer {
  status: number
  retryAfter: string | null
  /** Of the payment page, if the buyer got one. */
  sessionId: string | null
  body: unknown
}

/** POST /api/checkout-sessions at one of the web processes. */
export async function askToPay(origin: string, wanted: Wanted): Promise<CheckoutAnswer> {
  const response = await fetch(`${origin}/api/checkout-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wanted),
  })
  const body: unknown = await response.json()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    sessionId: opened.safeParse(body).data?.data.sessionId ?? null,
    body,
  }
}

/** The session of a buyer who has a payment page before them. @throws Error with the shop's answer if it gave none */
export async function openPaymentPage(origin: string, wanted: Omit<Wanted, 'holdToken'>): Promise<string> {
  const { sessionId, status, body } = await askToPay(origin, { ...wanted, holdToken: randomUUID() })
  if (sessionId === null) throw new Error(`No payment page: ${status} ${JSON.stringify(body)}`)
  return sessionId
}

const opened = z.object({ success: z.literal(true), data: z.object({ sessionId: z.string() }) })

/**
 * Lets buyers pay at the stand-in, one payment's webhooks going to the first web process, the next one's to the
 * second, as behind a load balancer.
 */
export function payingInTurn({ standIn, webs }: Shop): (sessionId: string) => Promise<void> {
  let turn = 0
  return async (sessionId) => {
    const web = webs[turn++ % 2] ?? webs[0]
    // Both act before their first pause, so payments made at the same time do not mix.
    await Promise.all([
      standIn.control.setWebhooks({ urls: [webhookUrl(web)] }),
      standIn.control.pay(sessionId),
    ])
  }
}

export function webhookUrl({ origin }: { origin: string }): string {
  return `${origin}/api/webhooks/stripe`
}
