import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { execute } from '@/lib/inventory/execute'
import { aCity } from '../../support/stories/city'
import { restock, sell } from '../../support/stories/commands'
import { storyDatabase } from '../../support/stories/database'
import { violations } from '../../support/stories/violations'

const story = storyDatabase()

/** A sale names its stock row, a refund only its payment: both must take the payment first. */
test('sales that are told again while their refunds arrive wait for each other, and never in a circle', async () => {
  const cityId = await aCity({ ga: 100 })
  const before = await story.deadlocks()
  const names = Array.from({ length: 8 }, () => randomUUID())
  const payments = names.map((name) => ({ sessionId: `cs_${name}`, paymentIntentId: `pi_${name}` }))
  const [settled, sold] = ['already_settled', 'already_sold'].map((code) => ({ status: 'duplicate', code }))
  const sale = (payment: (typeof payments)[number]) =>
    execute([[sell(1, payment, { cityId, amountCents: 100_000 })]])
  await Promise.all(payments.map(sale))
  for (let round = 0; round < 3; round++) {
    const outcomes = await Promise.all(
      payments.flatMap((payment) => [execute([[restock(payment)]]), sale(payment)]),
    )
    expect(outcomes.flat(2)).toEqual(payments.flatMap(() => [settled, sold]))
  }
  expect(await story.deadlocks()).toBe(before)
  expect(await violations()).toEqual([])
})
