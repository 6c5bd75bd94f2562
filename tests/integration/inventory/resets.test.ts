import { afterEach, expect, test } from 'vitest'
import { previewBulk } from '@/app/bulk/preview'
import { reset as resetPage } from '@/app/changes/reset'
import { readCity } from '@/lib/analytics/cities'
import { database } from '@/lib/database'
import { checkInventoryStatus, decrementInventory, expandInventory, reserveInventory } from '@/lib/inventory'
import { previewReset, reduceInventory, relimitInventory, resetCity, undoReset } from '@/lib/inventory/admin'
import { execute } from '@/lib/inventory/execute'
import { readLedgerPage } from '@/lib/inventory/ledger/page'
import { auditDifferences } from '@/tests/support/audit-differences'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { deliver } from '@/tests/support/stories/deliver'
import { pay, refund } from '@/tests/support/stories/payments'
import { aTicket, unreadable } from '@/tests/support/stories/tickets'

storyDatabase()
afterEach(async () => {
  expect(await auditDifferences()).toEqual([])
})

const nate = { actor: 'nate@example.com', authorizedBy: 'Nate', reason: 'a rehearsal' }

async function ga(cityId: string) {
  const status = await checkInventoryStatus(cityId)
  return {
    sold: status?.sold.ga,
    held: status?.held.ga,
    public: status?.publicLimits.ga,
    actual: status?.actualLimits.ga,
  }
}

test('a reset empties the city, hides no seat any more, and says what it forgot', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 3 })
  await pay({ cityId, tier: 'vip' })
  await reserveInventory(cityId, 'ga', 2, `r-${cityId}`)
  await expandInventory(cityId, 'ga', 10, 'Nate')
  expect(await previewReset(cityId)).toEqual({
    cityId,
    cityName: cityId,
    epoch: 0,
    soldSeats: 4,
    payments: 2,
    hiddenSeats: 10,
    returningSeats: 0,
    heldSeats: 2,
    openCheckouts: 1,
    checkoutSeats: 2,
    delayedPayments: 0,
    delayedSeats: 0,
    undecidedPayments: 0,
    undecidedSeats: 0,
    undo: null,
  })
  expect(await resetCity(cityId, nate, { expectedEpoch: 0 })).toEqual({ ok: true, forgotten: 4 })
  expect(await ga(cityId)).toEqual({ sold: 0, held: 0, public: 35, actual: 35 })
  expect((await readLedgerPage(cityId, { operation: 'reset' })).rows).toMatchObject([
    { tier: 'vip', quantity: -1, soldBefore: 1, soldAfter: 0, epoch: 1, ...nate },
    {
      tier: 'ga',
      quantity: -3,
      soldBefore: 3,
      soldAfter: 0,
      actualLimitBefore: 45,
      actualLimitAfter: 35,
      ...nate,
    },
  ])
  const [hold] = await database()
    .selectFrom('reservations')
    .selectAll()
    .where('city_id', '=', cityId)
    .execute()
  expect(hold).toMatchObject({ status: 'released', closed_because: 'reset' })
  expect(await previewReset(cityId)).toMatchObject({
    epoch: 1,
    soldSeats: 0,
    payments: 0,
    undo: [
      { tier: 'ga', sold: 3, held: 0, actualLimit: 45, fits: true },
      { tier: 'vip', sold: 1, held: 0, actualLimit: 15, fits: true },
    ],
  })
})

test('undone, the earlier sales and hidden seats come back beside what was sold since', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 3 })
  await expandInventory(cityId, 'ga', 10, 'Nate')
  await resetCity(cityId, nate)
  await pay({ cityId, quantity: 2 })
  await expandInventory(cityId, 'ga', 4, 'Nate')
  await relimitInventory(cityId, 'ga', 36, nate)
  expect(await undoReset(cityId, nate, { expectedEpoch: 1 })).toEqual({ ok: true, restored: 3 })
  expect(await ga(cityId)).toEqual({ sold: 5, held: 0, public: 36, actual: 49 })
  expect((await readLedgerPage(cityId, { operation: 'undo', tier: 'ga' })).rows).toMatchObject([
    { quantity: 3, soldBefore: 2, soldAfter: 5, ...nate },
  ])
})

test('it is undone once', async () => {
  const cityId = await aCity()
  await pay({ cityId })
  await resetCity(cityId, nate)
  expect((await undoReset(cityId, nate)).ok).toBe(true)
  expect(await undoReset(cityId, nate)).toEqual({
    ok: false,
    code: 'nothing_to_undo',
    message: 'There is no reset to undo',
  })
  expect((await previewReset(cityId))?.undo).toBeNull()
  expect(await ga(cityId)).toMatchObject({ sold: 1 })
})

test('payments from before a reset that come again stay duplicates, also after it was undone', async () => {
  const cityId = await aCity()
  const order = await pay({ cityId, quantity: 2 })
  await resetCity(cityId, nate)
  expect((await pay(order)).result).toEqual({ success: true, duplicate: true })
  const library = { sessionId: `cs_${order.name}` }
  expect(await decrementInventory(cityId, 'ga', 2, library)).toMatchObject({ success: true, duplicate: true })
  expect(await ga(cityId)).toMatchObject({ sold: 0 })
  await undoReset(cityId, nate)
  expect((await pay(order)).result).toEqual({ success: true, duplicate: true })
  expect(await ga(cityId)).toMatchObject({ sold: 2 })
})

test('a refund from before a reset gives no seat back, and an undo brings back only what was not refunded', async () => {
  const cityId = await aCity()
  const order = await pay({ cityId, quantity: 3 })
  const kept = await pay({ cityId })
  await resetCity(cityId, nate)
  await pay({ cityId, quantity: 2 })
  await refund(order, 1)
  expect(await ga(cityId)).toMatchObject({ sold: 2 })
  await undoReset(cityId, nate)
  expect(await ga(cityId)).toMatchObject({ sold: 5 })
  await refund(order, 2)
  await refund(kept, 1)
  expect(await ga(cityId)).toMatchObject({ sold: 2 })
})

test('an undo that would oversell is refused with the numbers, and works once there is room', async () => {
  const cityId = await aCity({ ga: 10 })
  await pay({ cityId, quantity: 6 })
  await resetCity(cityId, nate)
  await pay({ cityId, quantity: 4 })
  await reserveInventory(cityId, 'ga', 2, `r-${cityId}`)
  const refused = await undoReset(cityId, nate)
  expect(refused).toEqual({
    ok: false,
    code: 'below_taken',
    message: 'GA would have 10 sold and 2 held of 10; expand it first',
  })
  expect((await previewReset(cityId))?.undo?.[0]).toEqual({
    tier: 'ga',
    sold: 10,
    held: 2,
    actualLimit: 10,
    fits: false,
  })
  expect(await ga(cityId)).toMatchObject({ sold: 4, held: 2 })
  await expandInventory(cityId, 'ga', 2, 'Nate')
  expect(await undoReset(cityId, nate)).toEqual({ ok: true, restored: 6 })
  expect(await ga(cityId)).toEqual({ sold: 10, held: 2, public: 10, actual: 12 })
})

test('both pages that ask for a reset tell of the seats that it brings back', async () => {
  const cityId = await aCity()
  const told = async () => {
    const [city, { summary, rows }] = [
      await readCity(cityId),
      await previewBulk({ operation: 'reset', reason: 'a rehearsal' }, [cityId]),
    ]
    const question = city && (await resetPage.ask(city, new URLSearchParams()))
    const warnings = question?.kind === 'confirm' ? question.warnings : []
    return { alone: warnings.join(' '), many: summary, row: rows[0]?.before }
  }
  const nothing = expect.not.stringContaining('more can be sold') as string
  expect(await told()).toMatchObject({ alone: nothing, many: nothing })

  await reduceInventory(cityId, 'ga', 30, nate)
  // Hidden seats of one tier and missing ones of the other do not cancel each other out.
  await expandInventory(cityId, 'vip', 2, 'Nate')
  const five = 'Limits below the public ones rise to them: 5 seats more can be sold.'
  expect(await told()).toEqual({
    alone: expect.stringContaining(five) as string,
    many: expect.stringContaining(`2 hidden seats go. ${five}`) as string,
    row: '0 sold (0 payments), 0 in checkouts, 2 hidden, 5 below the public limits',
  })
})

test.each([
  { quantities: [1], said: '1 paid order that waits for a decision loses the seat kept for it.' },
  { quantities: [2], said: '1 paid order that waits for a decision loses the 2 seats kept for it.' },
  { quantities: [1, 2], said: '2 paid orders that wait for a decision lose the 3 seats kept for them.' },
])(
  'seats kept for $quantities that a person decides about are no bank debits',
  async ({ quantities, said }) => {
    const cityId = await aCity()
    const tickets = quantities.map((quantity) => aTicket({ cityId, quantity }))
    await execute(tickets.map(({ hold }) => [hold]))
    await deliver(tickets.map((ticket) => unreadable(ticket.completed())))
    const debit = aTicket({ cityId })
    await execute([[debit.hold]])
    await deliver([debit.completedUnpaid()])
    expect(await previewReset(cityId)).toMatchObject({
      openCheckouts: 0,
      delayedPayments: 1,
      delayedSeats: 1,
      undecidedPayments: quantities.length,
      undecidedSeats: quantities.reduce((sum, quantity) => sum + quantity),
    })
    const city = await readCity(cityId)
    const question = city && (await resetPage.ask(city, new URLSearchParams()))
    const warnings = question?.kind === 'confirm' ? question.warnings : []
    expect(warnings).toContain(said)
    expect(warnings.filter((warning) => warning.startsWith('1 bank debit with 1 seat is'))).toHaveLength(1)
  },
)

test('a limit below the public one comes back by an undo', async () => {
  const cityId = await aCity()
  await reduceInventory(cityId, 'ga', 30, nate)
  await resetCity(cityId, nate)
  expect(await ga(cityId)).toMatchObject({ public: 35, actual: 35 })
  await undoReset(cityId, nate)
  expect(await ga(cityId)).toMatchObject({ public: 35, actual: 30 })
})

test('two admins reset at once: the second is told, and the first reset can still be undone', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 5 })
  const both = await Promise.all([
    resetCity(cityId, nate, { expectedEpoch: 0 }),
    resetCity(cityId, nate, { expectedEpoch: 0 }),
  ])
  expect(both.filter((one) => one.ok)).toEqual([{ ok: true, forgotten: 5 }])
  expect(both.find((one) => !one.ok)).toMatchObject({ code: 'numbers_moved' })
  expect(await undoReset(cityId, nate, { expectedEpoch: 0 })).toMatchObject({ code: 'numbers_moved' })
  expect(await undoReset(cityId, nate, { expectedEpoch: 1 })).toEqual({ ok: true, restored: 5 })
})

test('the second of two resets is the one that can be undone', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 5 })
  await resetCity(cityId, nate)
  await pay({ cityId, quantity: 2 })
  await resetCity(cityId, nate)
  expect(await undoReset(cityId, nate)).toEqual({ ok: true, restored: 2 })
  expect(await ga(cityId)).toMatchObject({ sold: 2 })
})

test('a reset that is undone in the same call brings back the sales that it took away, and no earlier ones', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 5 })
  await resetCity(cityId, nate)
  await pay({ cityId, quantity: 2 })
  const command = { cityId, authority: nate }
  const outcomes = await execute([[{ type: 'reset', ...command }], [{ type: 'undo-reset', ...command }]])
  expect(outcomes.flat()).toMatchObject([
    { status: 'applied', quantity: 2 },
    { status: 'applied', quantity: 2 },
  ])
  expect(await ga(cityId)).toMatchObject({ sold: 2 })
})

test('refunds and an undo at the same time wait for each other and end right', async () => {
  const cityId = await aCity()
  const orders = await Promise.all(Array.from({ length: 6 }, () => pay({ cityId, quantity: 2 })))
  await resetCity(cityId, nate)
  await Promise.all([...orders.map((order) => refund(order, 1)), undoReset(cityId, nate)])
  expect(await ga(cityId)).toMatchObject({ sold: 6 })
})

test('who and why are asked for; an unknown city is none', async () => {
  const cityId = await aCity()
  expect(await resetCity(cityId, { authorizedBy: ' ' })).toEqual({
    ok: false,
    code: 'authorization_required',
    message: 'Authorization required for inventory reset',
  })
  expect(await undoReset(cityId, { authorizedBy: '' })).toMatchObject({ code: 'authorization_required' })
  expect(await resetCity(cityId, { authorizedBy: 'Nate\u0007', reason: 'x' })).toMatchObject({
    code: 'invalid_text',
    message: 'authorizedBy must be a text without control characters, at most 255 long',
  })
  expect(await resetCity(cityId, { authorizedBy: 'Nate', reason: 'x'.repeat(256) })).toMatchObject({
    code: 'invalid_text',
  })
  expect(await resetCity('nowhere', nate)).toMatchObject({ code: 'unknown_city' })
  expect(await undoReset('a\0b', nate)).toMatchObject({ code: 'unknown_city' })
  expect(await previewReset('nowhere')).toBeNull()
  expect(await previewReset('a\0b')).toBeNull()
})
