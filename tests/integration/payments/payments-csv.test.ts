import { expect, test } from 'vitest'
import { listExceptions } from '@/lib/payments/read-exceptions'
import { exceptionsCsv } from '@/lib/payments/exceptions-csv'
import { disputedCsv, paymentsCsv } from '@/lib/payments/payments-csv'
import { readsOf, recordedDatabase } from '@/tests/support/plans'
import { aCity } from '@/tests/support/stories/city'
import { pay, refund, refundFails } from '@/tests/support/stories/payments'

/** Payments and exceptions as files: whole, in pieces, each piece found by an index. */

const count = 20_000

const database = recordedDatabase(async ({ query }) => {
  await query(`
    insert into payments (id, payment_intent_id, session_id, reservation_id, email, amount_cents, currency, dispute, created_at)
    select 'pi_' || lpad(n::text, 5, '0'), 'pi_' || n, 'cs_' || n, 'r' || n,
      case when n % 8 = 0 then '=regular@example.com' else md5(n::text) || '@example.com' end,
      100000, 'usd', case when n % 15 = 0 then 'open' end, timestamptz '2026-01-01Z' + n * interval '20 minutes'
    from generate_series(1, ${count}) n`)
  await query(`
    insert into refunds (id, payment_intent_id, amount_cents, status)
    select 're_' || n, 'pi_' || n, 50000, 'succeeded' from generate_series(1, ${count}) n`)
  await query(`
    insert into payment_exceptions (payment_id, kind, state, resolution, resolved_by, resolved_at, detail)
    select 'pi_' || lpad(n::text, 5, '0'), 'no_seat', case when n % 10 = 0 then 'open' else 'resolved' end,
      case when n % 10 <> 0 then 'dismissed' end, case when n % 10 <> 0 then 'ada' end,
      case when n % 10 <> 0 then app_now() end, '=1+1'
    from generate_series(1, ${count}) n`)
  await query('vacuum analyze')
})

async function piecesOf(csv: AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = []
  for await (const piece of csv) pieces.push(piece)
  return pieces
}

const linesOf = (pieces: string[]) => pieces.join('').trim().split('\r\n').slice(1)
const sizesOf = (pieces: string[]) => pieces.map((piece) => piece.split('\r\n').length - 1)

/** Which indexes found rows of a table, or how else it was read. */
async function readsOfTable(table: string): Promise<Set<string>> {
  const reads = await readsOf(database.recording, database.owner)
  return new Set(
    reads
      .filter((read) => read.how !== 'Bitmap Heap Scan')
      .filter(({ table: one, index }) => one === table || index?.startsWith(table))
      .map(({ how, index }) => index ?? how),
  )
}

/** All refunds of a payment, and those that the bank has yet to answer. */
const refundsOfEach = new Set(['refunds_by_payment_intent', 'refunds_at_the_bank'])

test('all payments come newest first, each once, in pieces of a week at most, by their time', async () => {
  const pieces = await piecesOf(paymentsCsv(' '))
  // One every 20 minutes.
  expect(sizesOf(pieces)).toEqual([1, ...Array.from({ length: 39 }, () => 504), count - 39 * 504])
  const ids = linesOf(pieces).map((line) => line.split(',')[0] ?? '')
  expect(new Set(ids).size).toBe(count)
  expect(ids).toEqual(ids.toSorted().toReversed())
  const [ends, ...weeks] = await readsOf(database.recording, database.owner)
  expect(ends).toMatchObject({ how: 'Seq Scan', table: 'payments' })
  const ofPayments = weeks.filter(({ table, index }) => table === 'payments' || index?.startsWith('payments'))
  expect(new Set(ofPayments.map(({ how, index }) => index ?? how))).toEqual(
    new Set(['payments_by_time', 'Bitmap Heap Scan']),
  )
  expect(await readsOfTable('refunds')).toEqual(refundsOfEach)
})

test('a week of more payments than a piece has comes in several, those of one moment among them', async () => {
  await database.owner.query(`
    insert into payments (id, payment_intent_id, created_at)
    select 'rush_' || lpad(n::text, 4, '0'), 'rush_' || n, timestamptz '2027-02-01Z' + n / 1500 * interval '1 second'
    from generate_series(1, 2500) n`)
  const pieces = await piecesOf(paymentsCsv(''))
  expect(sizesOf(pieces).slice(0, 4)).toEqual([1, 1_000, 1_000, 500])
  const ids = linesOf(pieces).map((line) => line.split(',')[0] ?? '')
  expect(ids.slice(0, 2_500)).toEqual(
    Array.from({ length: 2_500 }, (_, back) => `rush_${String(2_500 - back).padStart(4, '0')}`),
  )
  expect(new Set(ids).size).toBe(count + 2_500)
  await database.owner.query(`delete from payments where id like 'rush_%'`)
})

test('those of an address come newest first, each once, by the address', async () => {
  const pieces = await piecesOf(paymentsCsv(' =Regular@example.com'))
  expect(sizesOf(pieces)).toEqual([1, 1_000, 1_000, 500])
  const lines = linesOf(pieces)
  expect(lines[0]).toBe(
    "pi_20000,2026-10-05T18:40:00.000Z,new,,'=regular@example.com,,,,0,0,1000,500,0,usd,,pi_20000,cs_20000,r20000",
  )
  const times = lines.map((line) => line.split(',')[1] ?? '')
  expect(times).toEqual(times.toSorted().toReversed())
  expect(new Set(times).size).toBe(2_500)
  const reads = await readsOfTable('payments')
  expect([...reads].filter((read) => read.includes('Scan'))).toEqual([])
  expect(reads).toContain('payments_by_day_and_email')
  expect(await readsOfTable('refunds')).not.toContain('Seq Scan')
})

test('open disputes come newest first, each once, by their own index', async () => {
  const pieces = await piecesOf(disputedCsv())
  expect(sizesOf(pieces)).toEqual([1, 1_000, 333])
  expect(new Set(linesOf(pieces)).size).toBe(1_333)
  expect(linesOf(pieces)[0]).toMatch(/^pi_19995,/)
  expect(await readsOfTable('payments')).toEqual(new Set(['payments_in_dispute']))
  expect(await readsOfTable('refunds')).toEqual(refundsOfEach)
})

test.each([
  ['waiting', 2_000],
  ['resolved', 18_000],
  ['all', 20_000],
] as const)('%s exceptions come newest first, each once', async (state, lines) => {
  const pieces = await piecesOf(exceptionsCsv({ state }))
  expect(sizesOf(pieces)).toEqual([1, ...Array.from({ length: lines / 1_000 }, () => 1_000)])
  const ids = linesOf(pieces).map((line) => Number(line.split(',')[0]))
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a))
  for (const table of ['payment_exceptions', 'refunds'])
    expect(await readsOfTable(table), table).not.toContain('Seq Scan')
})

test('exceptions are found by whatever somebody has at hand of their payment, and by nothing less', async () => {
  const found = async (search: string, state: 'waiting' | 'all' = 'all') =>
    (await listExceptions({ state, search, limit: 1_000 })).exceptions.map(({ payment }) => payment.id)
  for (const name of ['pi_00777', 'pi_777', ' cs_777 ', 'r777', 're_777'])
    expect(await found(name), name).toEqual(['pi_00777'])
  for (const name of ['cs_77777', '%', 'regular@', 'a\0b', 'x'.repeat(300)])
    expect(await found(name)).toEqual([])
  expect(await found('cs_777', 'waiting')).toEqual([])
  expect(await found('cs_780', 'waiting')).toEqual(['pi_00780'])
  const reads = await readsOfTable('payment_exceptions')
  expect([...reads].filter((read) => read.includes('Scan') || read === 'payment_exceptions_pkey')).toEqual([])
})

test('all exceptions of an address are found, however many payments it has', async () => {
  const pieces = await piecesOf(exceptionsCsv({ state: 'all', search: '=REGULAR@example.com' }))
  expect(sizesOf(pieces)).toEqual([1, 1_000, 1_000, 500])
  expect(new Set(linesOf(pieces)).size).toBe(2_500)
  expect(await readsOfTable('payments')).toContain('payments_by_day_and_email')
  expect(await readsOfTable('payments')).not.toContain('Seq Scan')
})

test('a payment’s line says what became of it, in the currency’s main unit', async () => {
  const cityId = await aCity()
  const sold = await pay({ cityId, tier: 'vip', quantity: 3 })
  await refund(sold, 1)
  const failed = await pay({ cityId })
  const back = await refund(failed, 1)
  await pay({ cityId, quantity: 35 })
  await refundFails(back)
  const lineOf = async (name: string) => {
    const [line] = linesOf(await piecesOf(paymentsCsv(`pi_${name}`)))
    return line?.replaceAll(/\d{4}-[^,]+Z/g, '(time)')
  }
  expect(await lineOf(sold.name)).toBe(
    `pi_${sold.name},(time),sold,,ada@example.com,${cityId},vip,0,2,1,4500,1500,0,usd,(time),pi_${sold.name},cs_${sold.name},`,
  )
  // As the page says it: the money is here again, and the seat is gone.
  expect(await lineOf(failed.name)).toContain(
    `,refund_failed,,ada@example.com,${cityId},ga,0,0,1,1000,0,0,usd,`,
  )
})

test('head lines name the columns, and files of nothing have no more', async () => {
  expect(await piecesOf(paymentsCsv('nobody@example.com'))).toEqual([
    '\ufeffpaymentId,createdAt,state,dispute,email,cityId,tier,epoch,seats,seatsGivenBack,amount,refunded,lost,currency,' +
      'soldAt,paymentIntentId,sessionId,reservationId\r\n',
  ])
  expect(await piecesOf(exceptionsCsv({ search: 'nobody@example.com' }))).toEqual([
    '\ufeffid,createdAt,state,kind,detail,email,cityId,tier,quantity,amount,paid,refunded,lost,currency,claimedBy,' +
      'resolution,resolvedBy,resolvedAt,reason,refundId,paymentId,paymentIntentId,sessionId,reservationId\r\n',
  ])
})
