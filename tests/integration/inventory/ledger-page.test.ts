import { beforeAll, describe, expect, test } from 'vitest'
import { getInventoryTransactions, resetInventory } from '@/lib/inventory'
import { expandCapacity, reduceInventory } from '@/lib/inventory/admin'
import { ledgerCsv } from '@/lib/inventory/ledger/csv'
import {
  type LedgerPageQuery,
  type LedgerPageRow,
  readLedgerPage,
  readPaymentLedger,
} from '@/lib/inventory/ledger/page'
import { type LedgerFilter, parseCursor } from '@/lib/inventory/ledger/query'
import { aCity } from '@/tests/support/stories/city'
import { moveClock } from '@/tests/support/stories/clock'
import { storyDatabase } from '@/tests/support/stories/database'
import { pay, refund } from '@/tests/support/stories/payments'

const story = storyDatabase()
let cityId: string
let order: Awaited<ReturnType<typeof pay>>
let all: LedgerPageRow[]

/** One city's year: opened, two days of sales, a refund, an expansion, a reduction, a reset. */
beforeAll(async () => {
  cityId = await aCity()
  await aCity()
  order = await pay({ cityId, quantity: 3 })
  await pay({ cityId, tier: 'vip' })
  await moveClock(story.ownerUrl, '24 hours')
  await refund(order, 1)
  await expandCapacity(cityId, 'ga', 10, {
    actor: 'nate@example.com',
    authorizedBy: '=Nate',
    reason: 'say "more",\nplease',
  })
  await reduceInventory(cityId, 'ga', 40, { actor: 'eve@example.com', authorizedBy: 'Eve' })
  await pay({ cityId, quantity: 2 })
  await resetInventory(cityId, 'Nate', 'a rehearsal')
  all = (await readLedgerPage(cityId, { limit: 1_000 })).rows
})

const operations = async (query: LedgerPageQuery) =>
  (await readLedgerPage(cityId, query)).rows.map((row) => `${row.operation} ${row.tier}`)

test('a page is newest first and whole', async () => {
  expect(all.map((row) => `${row.operation} ${row.tier} ${row.quantity}`)).toEqual([
    'reset vip -1',
    'reset ga -4',
    'decrement ga 2',
    'reduce ga -5',
    'expand ga 10',
    'restock ga -1',
    'decrement vip 1',
    'decrement ga 3',
    'open vip 15',
    'open ga 35',
  ])
  expect(all[4]).toMatchObject({
    cityId,
    tier: 'ga',
    sequence: 4,
    epoch: 0,
    soldBefore: 2,
    soldAfter: 2,
    publicLimitBefore: 35,
    publicLimitAfter: 35,
    actualLimitBefore: 35,
    actualLimitAfter: 45,
    paymentId: null,
    actor: 'nate@example.com',
    authorizedBy: '=Nate',
    reason: 'say "more",\nplease',
  })
  expect(all.map((row) => String(row.id))).toEqual(
    (await getInventoryTransactions(cityId)).map((row) => row.id),
  )
})

test.each<[string, LedgerFilter]>([
  ['by sequence', {}],
  ['by time', { from: new Date(0) }],
])('pages join without a gap or a repetition, %s, also when rows are added meanwhile', async (_, filter) => {
  const other = await aCity()
  for (let sale = 0; sale < 6; sale++) await pay({ cityId: other })
  const whole = (await readLedgerPage(other, filter)).rows.map((row) => row.id)
  const seen: number[] = []
  let next: string | null = null
  do {
    const cursor = next === null ? undefined : (parseCursor(next) ?? undefined)
    const page = await readLedgerPage(other, { ...filter, cursor, limit: 3 })
    seen.push(...page.rows.map((row) => row.id))
    next = page.nextCursor
    await pay({ cityId: other })
  } while (next !== null)
  expect(seen).toEqual(whole)
  expect(whole).toHaveLength(8)
})

describe('filters', () => {
  test('tier and operation', async () => {
    expect(await operations({ tier: 'vip' })).toEqual(['reset vip', 'decrement vip', 'open vip'])
    expect(await operations({ operation: 'decrement' })).toEqual([
      'decrement ga',
      'decrement vip',
      'decrement ga',
    ])
    expect(await operations({ operation: 'restock' })).toEqual(['restock ga'])
    expect(await operations({ operation: 'expand' })).toEqual(['expand ga'])
    expect(await operations({ operation: 'reset', tier: 'ga' })).toEqual(['reset ga'])
    expect(await operations({ operation: 'undo' })).toEqual([])
  })

  test('who, signed in or authorizing', async () => {
    expect(await operations({ who: 'eve@example.com' })).toEqual(['reduce ga'])
    expect(await operations({ who: 'Eve' })).toEqual(['reduce ga'])
    expect(await operations({ who: 'Nate' })).toEqual(['reset vip', 'reset ga'])
    expect(await operations({ who: `' or 1=1` })).toEqual([])
  })

  test('a range of time, the end not included', async () => {
    const day = all[5]?.occurredAt ?? new Date()
    expect(await operations({ until: day })).toEqual(['decrement vip', 'decrement ga', 'open vip', 'open ga'])
    expect(await operations({ from: day, operation: 'restock' })).toEqual(['restock ga'])
    expect(await operations({ from: day, until: day })).toEqual([])
    const later = new Date(day.getTime() + 1)
    expect(await operations({ from: day, until: later })).toContain('restock ga')
  })

  test('a payment by any of its ids', async () => {
    const both = ['restock ga', 'decrement ga']
    expect(await operations({ payment: `pi_${order.name}` })).toEqual(both)
    expect(await operations({ payment: `cs_${order.name}` })).toEqual(both)
    expect(await operations({ payment: 'pi_of_nobody' })).toEqual([])
    const rows = await readPaymentLedger(`pi_${order.name}`)
    expect(rows.map((row) => row.operation)).toEqual(['decrement', 'restock'])
  })

  test('an unknown city has no rows', async () => {
    expect(await readLedgerPage('nowhere')).toEqual({ rows: [], nextCursor: null })
  })
})

describe('CSV', () => {
  test('has a head line, every row, quotes where needed, and no formula', async () => {
    const text = await textOf(ledgerCsv(cityId))
    const lines = text.split('\r\n')
    expect(lines[0]).toBe(
      '\ufeffid,occurredAt,cityId,tier,epoch,sequence,operation,quantity,soldBefore,soldAfter,publicLimitBefore,publicLimitAfter,' +
        'actualLimitBefore,actualLimitAfter,paymentId,paymentIntentId,sessionId,reservationId,actor,authorizedBy,reason',
    )
    expect(lines).toHaveLength(all.length + 2)
    expect(lines.at(-1)).toBe('')
    expect(lines[5]).toBe(
      `${all[4]?.id},${all[4]?.occurredAt.toISOString()},${cityId},ga,0,4,expand,10,2,2,35,35,35,45,,,,,` +
        `nate@example.com,'=Nate,"say ""more"",\nplease"`,
    )
    expect(lines[4]).toContain(',reduce,-5,')
    // A reset is the first row of the epoch that it begins.
    expect(lines.slice(1, 4).map((line) => line.split(',').slice(3, 5))).toEqual([
      ['vip', '1'],
      ['ga', '1'],
      ['ga', '0'],
    ])
  })

  test('keeps to the filter, and is no more than its head where nothing fits', async () => {
    const lines = (await textOf(ledgerCsv(cityId, { operation: 'expand' }))).split('\r\n')
    expect(lines).toHaveLength(3)
    expect((await textOf(ledgerCsv('nowhere'))).split('\r\n')).toEqual([lines[0], ''])
  })
})

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}
