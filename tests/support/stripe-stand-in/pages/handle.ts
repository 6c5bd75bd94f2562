import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { awaitsBank, decline, pay, settle, type PayOptions } from '../checkout/pay'
import { expireSession } from '../checkout/sessions'
import { parseForm } from '../api/form'
import { send } from '../http-exchange'
import { StripeError } from '../stripe/error'
import type { StoredSession } from '../store'
import type { World } from '../world'
import { indexPage, pendingPage, settledPage } from './other-pages'
import { closedPage, missingPage, payPage, successUrl } from './pay-page'

const payForm = z.object({
  action: z.enum(['cancel', 'debit', 'decline', 'expire', 'pay']),
  email: z.string().optional(),
  coupon: z.string().optional(),
  quantity: z.array(z.coerce.number()).or(z.record(z.string(), z.coerce.number())).optional(),
})

const settleForm = z.object({ action: z.enum(['fail', 'succeed']) })

const SHOWN = 50

/** Answers the pages that people see: payment, bank debit, overview. */
export function handlePage(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): void {
  const [, kind, id] = /^\/c\/(pay|pending)\/([^/]+)$/.exec(url.pathname) ?? []
  if (url.pathname === '/') {
    return sendPage(response, indexPage(world.store.sessions.newestFirst().slice(0, SHOWN)))
  }
  const session = world.store.sessions.get(id ?? '')
  if (!session) return sendPage(response, missingPage(), 404)
  const posted = request.method === 'POST'
  if (kind === 'pending') return pending(world, session, response, posted ? body : null)
  if (session.object.status !== 'open')
    return sendPage(response, closedPage(session, debitOf(world, session)))
  if (!posted) return sendPage(response, payPage(session, null))
  payAction(world, session, response, body)
}

function payAction(world: World, session: StoredSession, response: ServerResponse, body: string): void {
  const form = payForm.safeParse(parseForm(body))
  if (!form.success) return sendPage(response, payPage(session, 'This form was not understood.'))
  const { action, email, coupon, quantity } = form.data
  const options: PayOptions = {
    email: email || undefined,
    coupon: coupon || undefined,
    quantities: quantitiesOf(session, quantity ?? {}),
  }
  try {
    switch (action) {
      case 'pay':
        pay(world, session.id, options)
        return redirect(response, successUrl(session.id, session.object.success_url))
      case 'debit':
        pay(world, session.id, { ...options, method: 'debit' })
        return redirect(response, successUrl(session.id, session.object.success_url))
      case 'decline':
        decline(world, session.id, options)
        return sendPage(response, payPage(session, 'Your card was declined. Please try another way to pay.'))
      case 'expire':
        expireSession(world, session.id)
        return sendPage(response, closedPage(session, 'none'))
      case 'cancel':
        return redirect(response, session.object.cancel_url)
    }
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    sendPage(response, payPage(session, error.message))
  }
}

function pending(world: World, session: StoredSession, response: ServerResponse, body: string | null): void {
  const form = settleForm.safeParse(body === null ? null : parseForm(body))
  const debit = debitOf(world, session)
  if (!form.success || debit === 'none') return sendPage(response, pendingPage(session, debit))
  settle(world, session.id, form.data.action)
  sendPage(response, settledPage(form.data.action))
}

function debitOf(world: World, session: StoredSession): 'none' | 'pending' {
  return awaitsBank(world, session) ? 'pending' : 'none'
}

/** The quantities of all line items, with those the customer changed. */
function quantitiesOf(
  session: StoredSession,
  given: readonly number[] | Record<string, number>,
): readonly number[] {
  const changed = new Map(Object.entries(given))
  return session.lineItems.map((item, index) => changed.get(String(index)) ?? item.quantity)
}

function redirect(response: ServerResponse, location: string | null): void {
  send(response, 303, '', { location: location ?? '/' })
}

function sendPage(response: ServerResponse, text: string, status = 200): void {
  send(response, status, text, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  })
}
