import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { presentHold } from '@/app/presenters/ticket-page'
import { getCityById } from '@/lib/cities'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

async function shown(cityId: string, visitorToken: string) {
  const city = await getCityById(cityId)
  if (!city) throw new Error('no such city')
  return presentHold(city, visitorToken, new Date())
}

test('a hold is offered for payment until its end; then, though nobody sweeps it, it is said to be over', async () => {
  const city = await counter.aCity()
  const token = randomUUID()
  const { url } = await counter.opened(city, { quantity: 2, token })
  const fresh = await shown(city, token)
  expect(fresh).toMatchObject({ tier: 'ga', quantity: 2, payUrl: url })
  expect(fresh?.secondsLeft).toBeGreaterThan(14 * 60)
  expect(fresh?.secondsLeft).toBeLessThanOrEqual(15 * 60)
  await counter.advance(15)
  expect(await shown(city, token)).toMatchObject({ quantity: 2, secondsLeft: 0, payUrl: null })
  // Its page at Stripe has ended by now, and the time in which news of a payment may come.
  await counter.advance(27)
  expect(await shown(city, token)).toBeNull()
})
