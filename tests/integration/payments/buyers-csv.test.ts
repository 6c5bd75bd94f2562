import { expect, test } from 'vitest'
import { resetInventory } from '@/lib/inventory'
import { undoReset } from '@/lib/inventory/admin'
import { buyersCsv } from '@/lib/payments/buyers-csv'
import { readsOf, recordedDatabase } from '@/tests/support/plans'
import { aCity } from '@/tests/support/stories/city'
import { pay, refund } from '@/tests/support/stories/payments'

/** Who has a seat, as a file. */

let busy: string

const database = recordedDatabase(async (owner) => {
  busy = await aCity()
  const elsewhere = await aCity()
  await owner.query(
    `insert into payments (id, city_id, tier, epoch, seats_sold, seats_returned, email, sold_at)
     select 'pi_' || n, case when n <= 2001 then $1 else $2 end, 'ga', 0, 1, (n = 1000)::int,
       '=buyer' || n || '@example.com', timestamptz '2026-01-01Z' + n * interval '1 minute'
     from generate_series(1, 20000) n`,
    [busy, elsewhere],
  )
  await owner.query('vacuum analyze payments')
})

async function linesOf(cityId: string): Promise<string[]> {
  let text = ''
  for await (const piece of buyersCsv(cityId)) text += piece
  return text.split('\r\n').slice(1, -1)
}

/** A line without what is another one in each run. */
async function buyersOf(cityId: string): Promise<string[]> {
  return (await linesOf(cityId)).map((line) => line.split(',').slice(0, 7).join(','))
}

test('a line for each payment that has seats now, with what of it was given back', async () => {
  const cityId = await aCity()
  await pay({ cityId: await aCity() })
  const vip = await pay({ cityId, tier: 'vip', quantity: 2 })
  const part = await pay({ cityId, quantity: 3 })
  const whole = await pay({ cityId })
  await pay({ cityId })
  await refund(part, 1)
  await refund(whole, 1)
  expect(await buyersOf(cityId)).toEqual([
    'ada@example.com,ga,2,1,3000,1000,usd',
    'ada@example.com,ga,1,0,1000,0,usd',
    'ada@example.com,vip,2,0,3000,0,usd',
  ])
  const [row] = await database.owner.query<{ at: Date }>('select sold_at as at from payments where id = $1', [
    `pi_${vip.name}`,
  ])
  expect((await linesOf(cityId))[2]).toBe(
    `ada@example.com,vip,2,0,3000,0,usd,${row?.at.toISOString()},pi_${vip.name},cs_${vip.name}`,
  )
})

test('has a head line, and no more for a city that sold nothing', async () => {
  const pieces = buyersCsv(await aCity())
  expect(await pieces.next()).toEqual({
    done: false,
    value: '\ufeffemail,tier,seats,seatsGivenBack,amount,refunded,currency,soldAt,paymentId,sessionId\r\n',
  })
  expect((await pieces.next()).done).toBe(true)
})

test('sales from before a reset are in it only once that is undone', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 4 })
  await resetInventory(cityId, 'Nate', 'a rehearsal')
  await pay({ cityId, quantity: 2 })
  expect(await buyersOf(cityId)).toEqual(['ada@example.com,ga,2,0,2000,0,usd'])
  await undoReset(cityId, { actor: 'nate@example.com', authorizedBy: 'Nate' })
  expect(await buyersOf(cityId)).toEqual([
    'ada@example.com,ga,4,0,4000,0,usd',
    'ada@example.com,ga,2,0,2000,0,usd',
  ])
})

test('many come in pieces, each once and in order of sale, and none as a formula', async () => {
  const pieces: string[] = []
  for await (const piece of buyersCsv(busy)) pieces.push(piece)
  expect(pieces.map((piece) => piece.split('\r\n').length - 1)).toEqual([1, 1_000, 1_000])
  const ids = (await linesOf(busy)).map((line) => line.split(',')[8])
  const all = Array.from({ length: 2_001 }, (_, n) => `pi_${n + 1}`)
  expect(ids).toEqual(all.filter((id) => id !== 'pi_1000'))
  expect((await linesOf(busy))[0]).toMatch(/^'=buyer1@example\.com,ga,1,0,,0,,2026-01-01T00:01:00\.000Z,/)
})

test('what is given back while a client reads is left out', async () => {
  const pieces = buyersCsv(busy)
  await pieces.next()
  await pieces.next()
  await database.owner.query(`update payments set seats_returned = 1 where id = 'pi_2000'`)
  const rest = (await pieces.next()).value as string
  expect(rest.split('\r\n')).toHaveLength(1_000)
  expect(rest).not.toContain('pi_2000')
})

test('a city’s buyers are found by their index, and no other city’s are read', async () => {
  await linesOf(busy)
  const reads = await readsOf(database.recording, database.owner)
  const ofPayments = reads.filter(({ table, index }) => table === 'payments' || index?.startsWith('payments'))
  expect(ofPayments.filter(({ how }) => how === 'Seq Scan')).toEqual([])
  expect(ofPayments).toContainEqual(expect.objectContaining({ index: 'payments_by_pool_and_seats' }))
})
