import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, AppLoadContext } from '@remix-run/node'
import { expect, test } from 'vitest'
import { newCityValues, presentCitySettings } from '@/app/presenters/console/city-settings'
import { action as resolve } from '@/app/routes/admin/exception'
import { action as changeSettings } from '@/app/routes/admin/settings/city'
import { action as addCity } from '@/app/routes/admin/settings/new-city'
import { liveStockSource } from '@/app/web/stock/live-stock-source'
import { anOwner } from '@/tests/support/an-owner'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { unplacedPayments } from '@/tests/support/unplaced-payments'

/** The next page of this process shows what a form of the console has changed, though no announcement has come. */

const counter = ticketCounter()
const { nowhere, withoutSeat } = unplacedPayments(counter)

/** Sends a form. @returns the answer's status, and what each refresh of the public numbers found before it */
async function send<Answer>(
  action: (args: ActionFunctionArgs) => Promise<Answer>,
  params: Record<string, string>,
  fields: Record<string, string>,
) {
  const { session } = await anOwner()
  const found: Record<string, { name: string; ga: number | undefined }>[] = []
  const context = {
    requestId: randomUUID(),
    address: null,
    method: 'POST',
    path: '/admin',
    authentication: { session: async () => session },
    liveStock: { refresh: async () => void found.push(await shown()) },
  }
  const request = new Request('http://localhost:3000/admin', {
    method: 'POST',
    body: new URLSearchParams({ key: randomUUID(), ...fields }),
  })
  const answer = (await action({ request, params, context: context as unknown as AppLoadContext })) as {
    status?: number
    init?: ResponseInit | null
  }
  return { status: answer.status ?? answer.init?.status, found }
}

/** What customers see by now. */
async function shown() {
  const [cities, { stock }] = await Promise.all([liveStockSource.readCities(), liveStockSource.readStock()])
  return Object.fromEntries(
    cities.map(({ id, name }) => [
      id,
      { name, ga: stock.find(({ cityId }) => cityId === id)?.publicAvailable.ga },
    ]),
  )
}

test('a payment that is given seats elsewhere', async () => {
  const [{ id }, city] = [await nowhere(), await counter.aCity({ ga: 12 })]
  const seats = { form: 'assign', cityId: city, tier: 'ga', quantity: '2', expectedRefundedCents: '0' }
  const { status, found } = await send(resolve, { exceptionId: String(id) }, seats)
  expect([status, found.map((cities) => cities[city]?.ga)]).toEqual([303, [10]])
})

test('a payment that seats are added for, one that is closed, and one that is refunded', async () => {
  const forms: Record<string, string>[] = [
    { form: 'expand', mostAdded: '2' },
    { form: 'dismiss', reason: 'A test', expectedRefundedCents: '0', expectedDisputes: '0' },
    { form: 'refund', expectedRefundedCents: '0' },
  ]
  for (const form of forms) {
    const { exception } = await withoutSeat()
    const { status, found } = await send(resolve, { exceptionId: String(exception.id) }, form)
    expect([form, status, found.length]).toEqual([form, 303, 1])
  }
})

test('a city that is edited, archived and brought back', async () => {
  const city = await counter.aCity({ ga: 12 })
  const page = await presentCitySettings(city)
  if (!page) throw new Error('No such city')
  const details = { ...page.values, name: 'Elsewhere', version: page.version, form: 'details' }
  const names = async (fields: Record<string, string>) => {
    const { status, found } = await send(changeSettings, { cityId: city }, fields)
    return [status, found.map((cities) => cities[city]?.name)]
  }
  expect(await names(details)).toEqual([303, ['Elsewhere']])
  expect(await names({ form: 'archive' })).toEqual([303, [undefined]])
  expect(await names({ form: 'restore' })).toEqual([303, ['Elsewhere']])
  // Nothing was changed, so nothing is read.
  expect(await names({ form: 'restore' })).toEqual([409, []])
})

test('a city that is added', async () => {
  const id = `added-${randomUUID()}`
  const dates = { startsOn: '2099-07-10', endsOn: '2099-07-11' }
  const city = { ...newCityValues, ...dates, id, name: 'Added', saleState: 'on_sale', form: 'create' }
  const { status, found } = await send(addCity, {}, city)
  expect([status, found.map((cities) => cities[id])]).toEqual([303, [{ name: 'Added', ga: 35 }]])
})
