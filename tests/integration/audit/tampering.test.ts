import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { AuditDifference } from '@/lib/audit'
import { database } from '@/lib/database'
import { expandInventory, reserveInventory, resetInventory } from '@/lib/inventory'
import { undoReset } from '@/lib/inventory/admin'
import { auditDifferences } from '@/tests/support/audit-differences'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { pay, type PaidOrder, refund, refundFails } from '@/tests/support/stories/payments'

/** What somebody with the owner's password could do, and what the audit says to it. */

const story = storyDatabase()

/** A city with five GA seats sold to five buyers: ledger rows 2 to 6, after row 1 that opened it. */
async function aSellingCity(): Promise<string> {
  const cityId = await aCity()
  for (let buyer = 0; buyer < 5; buyer++) await pay({ cityId })
  expect(await differencesOf(cityId)).toEqual([])
  return cityId
}

/** Three seats whose money goes back before we hear that they are paid. */
function aRefundedOrder(cityId: string): PaidOrder & { name: string } {
  return { cityId, quantity: 3, name: randomUUID() }
}

async function differencesOf(cityId: string): Promise<string[]> {
  const all = await auditDifferences()
  return all.filter((one) => one.cityId === cityId).map(short)
}

const short = ({ kind, tier, row, message }: AuditDifference) =>
  `${kind}: ${tier?.toUpperCase()} ${row}: ${message}`

const noHash = 'its hash does not belong to its content and the row before it'

describe('the ledger', () => {
  test('a changed name shows at the row', async () => {
    const cityId = await aSellingCity()
    await story.owner.tamper(
      `update inventory_transactions set authorized_by = 'Eve' where city_id = $1 and tier = 'ga' and sequence = 3`,
      [cityId],
    )
    expect(await differencesOf(cityId)).toEqual([`hash: GA ledger row 3: ${noHash}`])
  })

  test('a changed row with a hash made to fit shows at the next one', async () => {
    const cityId = await aSellingCity()
    await story.owner.tamper(
      `update inventory_transactions t set reason = 'made up', hash = ledger_hash(
         (select hash from inventory_transactions b where b.city_id = t.city_id and b.tier = t.tier and b.sequence = t.sequence - 1),
         jsonb_populate_record(t, '{"reason": "made up"}'))
       where city_id = $1 and tier = 'ga' and sequence = 3`,
      [cityId],
    )
    expect(await differencesOf(cityId)).toEqual([`hash: GA ledger row 4: ${noHash}`])
  })

  test('a row taken out of the middle shows at the one after it', async () => {
    const cityId = await aSellingCity()
    await story.owner.tamper(
      `delete from inventory_transactions where city_id = $1 and tier = 'ga' and sequence = 4`,
      [cityId],
    )
    const found = await differencesOf(cityId)
    expect(found).toEqual(
      expect.arrayContaining([
        'sequence: GA ledger row 5: follows row 3; 1 rows are missing between them',
        'continuity: GA ledger row 5: does not begin where row 3 ended',
        `hash: GA ledger row 5: ${noHash}`,
        'stock: GA stock row: sold is 5, but 4 by the ledger',
      ]),
    )
    expect(found).toHaveLength(5)
    expect(found.at(-1)).toMatch(/^payment: GA payment pi_.+: the ledger does not know its 1 seats$/)
  })

  test('a missing tail shows by what the stock row knows of it', async () => {
    const cityId = await aSellingCity()
    await story.owner.tamper(
      `delete from inventory_transactions where city_id = $1 and tier = 'ga' and sequence >= 6`,
      [cityId],
    )
    expect(await differencesOf(cityId)).toEqual(
      expect.arrayContaining([
        'tail: GA stock row: the ledger ends at row 5, by the stock row at 6',
        'stock: GA stock row: sold is 5, but 4 by the ledger',
      ]),
    )
  })

  test('a whole ledger that is gone shows, and so does a stock row that is', async () => {
    const cityId = await aSellingCity()
    await story.owner.tamper(`delete from inventory_transactions where city_id = $1 and tier = 'ga'`, [
      cityId,
    ])
    expect(await differencesOf(cityId)).toContain(
      'tail: GA stock row: the ledger ends at row 0, by the stock row at 6',
    )
    const other = await aCity()
    await story.owner.tamper(
      `alter table inventory_transactions drop constraint inventory_transactions_city_id_tier_fkey`,
    )
    await story.owner.query(`delete from inventory where city_id = $1 and tier = 'vip'`, [other])
    expect(await differencesOf(other)).toEqual([
      'stock: VIP stock row: it is gone; the ledger has 1 rows of it',
    ])
  })

  test('a last row exchanged for another shows by its hash', async () => {
    const cityId = await aSellingCity()
    await story.owner.tamper(
      `update inventory_transactions t set reason = 'made up', hash = ledger_hash(
         (select hash from inventory_transactions b where b.city_id = t.city_id and b.tier = t.tier and b.sequence = t.sequence - 1),
         jsonb_populate_record(t, '{"reason": "made up"}'))
       where city_id = $1 and tier = 'ga' and sequence = 6`,
      [cityId],
    )
    expect(await differencesOf(cityId)).toEqual([
      'tail: GA stock row: the hash of ledger row 6 is not the one in the stock row',
    ])
  })

  test('a quantity that is not the change shows as such', async () => {
    const cityId = await aSellingCity()
    await story.owner.tamper(
      `update inventory_transactions t set quantity = 3 where city_id = $1 and tier = 'ga' and sequence = 3`,
      [cityId],
    )
    expect(await differencesOf(cityId)).toContain(
      'quantity: GA ledger row 3: its quantity is not the change that it records',
    )
  })

  test('very many unsound rows are counted, not all listed', async () => {
    const cityId = await aCity({ ga: 60 })
    for (let sale = 0; sale < 30; sale++) await pay({ cityId })
    await story.owner.tamper(
      `update inventory_transactions set actor = 'Eve' where city_id = $1 and tier = 'ga'`,
      [cityId],
    )
    const found = await differencesOf(cityId)
    expect(found).toHaveLength(21)
    expect(found.at(-1)).toBe('more: GA ledger: 31 rows are unsound in all; the first ones are listed')
  })

  test('the rows follow each other by sequence, whatever their times say', async () => {
    const cityId = await aSellingCity()
    await story.owner.query(`update app_clock set shift = shift - interval '3 days'`)
    await pay({ cityId })
    await story.owner.query(`update app_clock set shift = shift + interval '3 days'`)
    expect(await differencesOf(cityId)).toEqual([])
  })
})

describe('stock, payments, reservations', () => {
  test('sold that was changed by hand differs from ledger and payments', async () => {
    const cityId = await aSellingCity()
    await story.owner.query(`update inventory set sold = 3 where city_id = $1 and tier = 'ga'`, [cityId])
    expect(await differencesOf(cityId)).toEqual([
      'stock: GA stock row: sold is 3, but 5 by the ledger',
      'payments: GA stock row: sold is 3, but 5 by the payments',
    ])
    await story.owner.query(`update inventory set sold = 5 where city_id = $1 and tier = 'ga'`, [cityId])
    expect(await differencesOf(cityId)).toEqual([])
  })

  test('limits and held that were changed by hand show with both numbers', async () => {
    const cityId = await aSellingCity()
    await reserveInventory(cityId, 'vip', 2, `r-${cityId}`)
    await expandInventory(cityId, 'vip', 4, 'Nate')
    expect(await differencesOf(cityId)).toEqual([])
    await story.owner.query(
      `update inventory set public_limit = 16, actual_limit = 40, held = 9, epoch = 2 where city_id = $1 and tier = 'vip'`,
      [cityId],
    )
    expect(await differencesOf(cityId)).toEqual([
      'stock: VIP stock row: the public limit is 16, but 15 by the ledger',
      'stock: VIP stock row: the actual limit is 40, but 19 by the ledger',
      'stock: VIP stock row: the number of resets is 2, but 0 by the ledger',
      'held: VIP stock row: held is 9, but 0 by the reservations',
      'held: VIP stock row: 1 reservations live on from before a reset',
    ])
  })

  test('an oversold pool shows, should its constraint be gone', async () => {
    const cityId = await aCity({ ga: 2 })
    await story.owner.query(`alter table inventory drop constraint inventory_never_oversold`)
    await story.owner.query(`update inventory set held = 3 where city_id = $1 and tier = 'ga'`, [cityId])
    expect(await differencesOf(cityId)).toContain('stock: GA stock row: 0 sold and 3 held of 2 seats')
  })

  test('a sale without seats, and seats moved from one payment to another', async () => {
    const cityId = await aCity()
    const [honest, robbed] = [await pay({ cityId, quantity: 2 }), await pay({ cityId, quantity: 2 })]
    await story.owner.query(`update payments set seats_sold = 4 where id = $1`, [`pi_${honest.name}`])
    await story.owner.query(`update payments set seats_sold = 0 where id = $1`, [`pi_${robbed.name}`])
    expect((await differencesOf(cityId)).sort()).toEqual(
      [
        `payment: GA payment pi_${honest.name}: the ledger does not know its 4 seats`,
        `payment: GA payment pi_${robbed.name}: it is sold, but has no seats`,
      ].sort(),
    )
  })

  test('seats that came back, moved from one payment to another', async () => {
    const cityId = await aCity()
    const [back, kept] = [await pay({ cityId, quantity: 2 }), await pay({ cityId, quantity: 2 })]
    await refund(back, 1)
    expect(await differencesOf(cityId)).toEqual([])
    const setReturned = (name: string, seats: number) =>
      story.owner.query(`update payments set seats_returned = $2 where id = $1`, [`pi_${name}`, seats])
    await setReturned(back.name, 0)
    await setReturned(kept.name, 1)
    expect((await differencesOf(cityId)).sort()).toEqual(
      [
        `payment: GA payment pi_${back.name}: it has 2 seats, but 1 by the ledger`,
        `payment: GA payment pi_${kept.name}: it has 1 seats, but 2 by the ledger`,
      ].sort(),
    )
    await setReturned(back.name, 1)
    await setReturned(kept.name, 0)
  })

  test('seats that came back after a reset are in no ledger, and the reset’s undoing changes nothing about that', async () => {
    const cityId = await aCity()
    const [early, late] = [await pay({ cityId, quantity: 3 }), await pay({ cityId, quantity: 3 })]
    await refund(early, 1)
    await resetInventory(cityId, 'Nate', 'a rehearsal')
    await refund(early, 1)
    await refund(late, 2)
    const after = await pay({ cityId, quantity: 2 })
    await refund(after, 1)
    expect(await differencesOf(cityId)).toEqual([])
    await undoReset(cityId, { authorizedBy: 'Nate' })
    await refund(late, 1)
    await refund(after, 1)
    expect(await differencesOf(cityId)).toEqual([])
  })

  test('a sale that came refunded has no row in the ledger, nor has after a reset its refund that fails', async () => {
    const cityId = await aCity()
    const order = aRefundedOrder(cityId)
    const early = await refund(order, 3)
    await pay(order)
    expect(await differencesOf(cityId)).toEqual([])
    await resetInventory(cityId, 'Nate', 'a rehearsal')
    await refundFails(early)
    expect(await differencesOf(cityId)).toEqual([])
    await undoReset(cityId, { authorizedBy: 'Nate' })
    expect(await differencesOf(cityId)).toEqual([])
    const again = await refund(order, 3)
    expect(await differencesOf(cityId)).toEqual([])
    await refundFails(again)
    expect(await differencesOf(cityId)).toEqual([])
    await resetInventory(cityId, 'Nate', 'a second rehearsal')
    expect(await differencesOf(cityId)).toEqual([])
  })

  test('nor where it came refunded in two parts, of which one fails before the reset', async () => {
    const cityId = await aCity()
    const order = aRefundedOrder(cityId)
    const [one, two] = [await refund(order, 1), await refund(order, 2)]
    await pay(order)
    await refundFails(one)
    await resetInventory(cityId, 'Nate', 'a rehearsal')
    await refundFails(two)
    expect(await differencesOf(cityId)).toEqual([])
    await undoReset(cityId, { authorizedBy: 'Nate' })
    await refund(order, 2)
    expect(await differencesOf(cityId)).toEqual([])
  })

  test.each([
    ['never refunded', 0],
    ['refunded in part', 1],
  ])('a sale %s whose row is gone from the ledger shows also after a reset', async (_, tickets) => {
    const cityId = await aCity()
    const order = await pay({ cityId, quantity: 2 })
    if (tickets > 0) await refund(order, tickets)
    await resetInventory(cityId, 'Nate', 'a rehearsal')
    await story.owner.tamper(
      `delete from inventory_transactions where payment_id = $1 and operation = 'decrement'`,
      [`pi_${order.name}`],
    )
    const lost = `payment: GA payment pi_${order.name}: the ledger does not know its 2 seats`
    expect(await differencesOf(cityId)).toContain(lost)
    await undoReset(cityId, { authorizedBy: 'Nate' })
    expect(await differencesOf(cityId)).toContain(lost)
  })

  test('a sale that came refunded, and whose refund failed, shows without its row where nobody reset the city', async () => {
    const cityId = await aCity()
    const order = aRefundedOrder(cityId)
    const early = await refund(order, 3)
    await pay(order)
    await refundFails(early)
    expect(await differencesOf(cityId)).toEqual([])
    await story.owner.tamper(`delete from inventory_transactions where payment_id = $1`, [`pi_${order.name}`])
    expect(await differencesOf(cityId)).toContain(
      `payment: GA payment pi_${order.name}: the ledger does not know its 3 seats`,
    )
  })

  test.each([
    ['names', `delete from payment_exceptions where payment_id = $1`],
    [
      'still asks about',
      `update payment_exceptions set state = 'resolved', resolution = 'settled' where payment_id = $1`,
    ],
  ])('a payment that waits for a person, but that no exception %s, is not forgotten', async (_, forget) => {
    const cityId = await aCity({ ga: 1 })
    await pay({ cityId })
    const late = await pay({ cityId })
    expect(late.result.success).toBe(false)
    const before = await auditDifferences()
    expect(before.filter((one) => one.row === `payment pi_${late.name}`)).toEqual([])
    await story.owner.query(forget, [`pi_${late.name}`])
    const after = await auditDifferences()
    expect(after.filter((one) => one.row === `payment pi_${late.name}`)).toMatchObject([
      { kind: 'payment', message: 'it needs a person, but no exception says so' },
    ])
  })

  test('a paid session that was processed, but that no payment accounts for', async () => {
    const cityId = await aCity()
    const { name } = await pay({ cityId })
    const event = (id: string, session: string, type = 'checkout.session.completed', status = 'paid') =>
      story.owner.query(
        `insert into stripe_events (id, type, state, livemode, session_id, facts, created_at)
         values ($1, $2, 'processed', false, $3, jsonb_build_object('paymentStatus', $4::text), app_now())`,
        [id, type, session, status],
      )
    await event(`evt_${name}`, `cs_${name}`)
    await event('evt_unpaid', 'cs_of_nobody', 'checkout.session.completed', 'unpaid')
    await event('evt_free', 'cs_free', 'checkout.session.completed', 'no_payment_required')
    await event('evt_debit', 'cs_debit', 'checkout.session.async_payment_succeeded', 'unpaid')
    const found = (await auditDifferences()).filter((one) => one.kind === 'event')
    expect(found.map((one) => one.row)).toEqual(['event evt_debit', 'event evt_free'])
    await story.owner.query(`delete from stripe_events where id in ('evt_debit', 'evt_free')`)
  })
})

test('records that cannot even be read hide no other pool', async () => {
  const cityId = await aSellingCity()
  const other = await aSellingCity()
  await story.owner.tamper(
    `update inventory_transactions set occurred_at = 'infinity' where city_id = $1 and tier = 'ga' and sequence = 2`,
    [cityId],
  )
  await story.owner.query(`update inventory set sold = 4 where city_id = $1 and tier = 'ga'`, [other])
  expect(await differencesOf(cityId)).toEqual([
    expect.stringMatching(/^unreadable: GA ledger: these rows cannot be read/),
  ])
  expect(await differencesOf(other)).toHaveLength(2)
})

test('the application’s role can change neither the ledger nor a verdict', async () => {
  for (const statement of [
    `update inventory_transactions set reason = 'x'`,
    `delete from inventory_transactions`,
    `truncate inventory_transactions`,
    `alter table inventory_transactions disable trigger all`,
    `update audit_runs set verdict = 'clean'`,
    `delete from audit_runs`,
    `delete from audit_checkpoints`,
  ]) {
    await expect(sql.raw(statement).execute(database()), statement).rejects.toThrow(
      /permission denied|must be owner/,
    )
  }
})
