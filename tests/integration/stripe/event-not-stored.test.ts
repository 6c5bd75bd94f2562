import { randomUUID } from 'node:crypto'
import type { AppLoadContext } from '@remix-run/node'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { action } from '@/app/routes/api/stripe-webhook'
import { log } from '@/lib/log'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** Whatever keeps an event from being stored, Stripe is asked to send it again. */

const counter = ticketCounter()

beforeEach(() => void vi.spyOn(log(), 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

async function post(): Promise<Response> {
  const body = JSON.stringify({
    id: `evt_${randomUUID()}`,
    object: 'event',
    type: 'invoice.paid',
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    data: { object: { id: 'in_1' } },
  })
  const request = new Request('http://localhost:3000/api/webhooks/stripe', {
    method: 'POST',
    headers: { 'stripe-signature': await counter.control.sign(body) },
    body,
  })
  const context: Partial<AppLoadContext> = { requestId: 'r-1' }
  return action({ request, params: {}, context: context as AppLoadContext })
}

/** PostgreSQL refuses each event with this code. */
async function whileRefused(code: string, work: () => Promise<void>): Promise<void> {
  await counter.owner.query(`
    create function refuse_event() returns trigger language plpgsql as
      $$ begin raise exception 'not now' using errcode = '${code}'; end $$;
    create trigger refuse_event before insert on stripe_events for each row execute function refuse_event()`)
  try {
    await work()
  } finally {
    await counter.owner.query('drop trigger refuse_event on stripe_events; drop function refuse_event()')
  }
}

test.each([
  ['an index is damaged', 'XX002'],
  ['PostgreSQL is at fault', 'XX000'],
  ['we are at fault', '42703'],
])('%s (%s): 503, with when to come back, and one line in the log', (_name, code) =>
  whileRefused(code, async () => {
    const refused = await post()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await refused.json()).toMatchObject({ success: false, code: 'unavailable', requestId: 'r-1' })
    expect(log().error).toHaveBeenCalledExactlyOnceWith(
      { code: 'event_not_stored', requestId: 'r-1', err: expect.objectContaining({ code }) as unknown },
      'an event could not be stored; Stripe sends it again',
    )
    expect(await counter.rows(sql`select 1 from stripe_events`)).toEqual([])
  }),
)

test.each([
  ['an absent database', '57P03'],
  ['a full disk', '53100'],
  ['short memory', '53200'],
])('%s (%s) is told of where all such requests are', (_name, code) =>
  whileRefused(code, async () => {
    await expect(post()).rejects.toThrow('not now')
    expect(log().error).not.toHaveBeenCalled()
  }),
)

test('what was not stored is, once it comes again', async () => {
  expect((await post()).status).toBe(200)
})
