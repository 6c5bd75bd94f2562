import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, AppLoadContext } from '@remix-run/node'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { action as changeMany } from '@/app/routes/api/admin-inventory'
import { action as openCheckout } from '@/app/routes/api/checkout-sessions'
import { action as changeOne } from '@/app/routes/api/inventory'
import { createLiveStock } from '@/app/web/stock/live-stock'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** The database goes away behind the commit of a change: what was done is answered as done. */

const counter = ticketCounter()

const away = new Error('Connection terminated unexpectedly')
let logged: unknown[] = []
const liveStock = createLiveStock({
  readCities: () => Promise.reject(away),
  readStock: () => Promise.reject(away),
  listen: async () => ({ close: async () => {} }),
  onError: (error) => logged.push(error),
})
afterAll(() => liveStock.close())

async function send(
  action: (args: ActionFunctionArgs) => Promise<Response>,
  body: object,
  method = 'POST',
): Promise<{ status: number; body: unknown }> {
  logged = []
  const requestId = randomUUID()
  const principal = { kind: 'token', tokenId: randomUUID(), name: requestId, role: 'owner' } as const
  const context: Partial<AppLoadContext> = {
    requestId,
    address: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    authentication: {
      bearer: async () => ({ kind: 'token', principal }),
      session: async () => undefined,
      sessionToken: undefined,
      goOnWith: () => {},
      forget: () => {},
    },
    count: async () => null,
    liveStock,
  }
  const request = new Request('http://localhost:3000/api', {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const response = await action({ request, params: {}, context: context as AppLoadContext })
  return { status: response.status, body: await response.json() }
}

const recorded = (city: string) =>
  counter.rows(
    sql<{ action: string; outcome: string }>`
      select action, outcome from admin_audit where target = ${city} order by id`,
  )

test('seats are added once, answered as added, and recorded once', async () => {
  const city = await counter.aCity({ ga: 35 })
  const expansion = { cityId: city, tier: 'ga', additionalSpots: 3, authorizedBy: 'Dana' }
  expect(await send(changeOne, expansion)).toMatchObject({ status: 200, body: { data: { newLimit: 38 } } })
  expect(logged).toEqual([away])
  expect(await counter.stock(city)).toMatchObject({ actual: 38 })
  expect(await recorded(city)).toEqual([{ action: 'inventory.expand', outcome: 'applied' }])
})

test('a reset is answered as done, and recorded once', async () => {
  const city = await counter.aCity()
  const reset = { cityId: city, authorizedBy: 'Dana', reason: 'A test' }
  expect(await send(changeOne, reset, 'DELETE')).toMatchObject({ status: 200, body: { success: true } })
  expect(await recorded(city)).toEqual([{ action: 'inventory.reset', outcome: 'applied' }])
})

test('many cities are answered as changed, each recorded once', async () => {
  const cities = [await counter.aCity({ ga: 35 }), await counter.aCity({ ga: 35 })]
  const data = { cities, tier: 'ga', additionalSpots: 2 }
  const bulk = { operation: 'expand', data, authorizedBy: 'Dana' }
  expect(await send(changeMany, bulk)).toMatchObject({ status: 200, body: { data: { successCount: 2 } } })
  for (const city of cities) {
    expect(await counter.stock(city)).toMatchObject({ actual: 37 })
    expect(await recorded(city)).toEqual([{ action: 'inventory.expand', outcome: 'applied' }])
  }
})

test('a buyer gets the page and the token of the hold', async () => {
  const city = await counter.aCity()
  const order = { cityId: city, tier: 'ga', quantity: 2 }
  expect(await send(openCheckout, order)).toMatchObject({
    status: 201,
    body: { data: { holdToken: expect.any(String) as string, url: expect.any(String) as string } },
  })
  expect(await counter.stock(city)).toMatchObject({ held: 2 })
})

test('a change that was rolled back is recorded as failed', async () => {
  const city = await counter.aCity({ ga: 35 })
  await counter.owner.query(`
    create function refuse_applied() returns trigger language plpgsql as
      $$ begin if new.outcome = 'applied' then raise exception 'refused'; end if; return new; end $$;
    create constraint trigger refuse_applied after insert on admin_audit deferrable initially deferred
      for each row execute function refuse_applied()`)
  const expansion = { cityId: city, tier: 'ga', additionalSpots: 3, authorizedBy: 'Dana' }
  const bulk = { operation: 'expand', data: { ...expansion, cities: [city] }, authorizedBy: 'Dana' }
  await expect(send(changeOne, expansion)).rejects.toThrow('refused')
  await expect(send(changeMany, bulk)).rejects.toThrow('refused')
  await counter.owner.query('drop trigger refuse_applied on admin_audit; drop function refuse_applied')
  expect(await counter.stock(city)).toMatchObject({ actual: 35 })
  expect(
    await counter.rows(
      sql`select action, target, code from admin_audit where outcome = 'failed' order by id`,
    ),
  ).toEqual([
    { action: 'inventory.expand', target: city, code: 'unexpected' },
    { action: 'inventory.bulk', target: null, code: 'unexpected' },
  ])
})
