import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { decrementInventory } from '@/lib/inventory'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { execute } from '@/lib/inventory/execute'
import { aTicket } from '../../support/stories/tickets'

const story = storyDatabase()
let cityId: string
beforeAll(async () => {
  cityId = await aCity({ ga: 5 })
  await decrementInventory(cityId, 'ga', 4, { sessionId: 'cs_last_line' })
})

/** The SQLSTATE with which the database refuses a statement of the application. */
async function refusal(statement: string): Promise<string | undefined> {
  try {
    await sql.raw(statement).execute(database())
    return undefined
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  }
}

const checkViolation = '23514'
const uniqueViolation = '23505'
const insufficientPrivilege = '42501'
const restrictViolation = '23001'

describe('C04: raw SQL past the rules is refused by the database', () => {
  test.each([
    ['more sold than exist', 'sold = 6'],
    ['more sold and held than exist', 'sold = 4, held = 2'],
    ['a limit below what is sold', 'actual_limit = 3'],
    ['negative sales', 'sold = -1'],
    ['negative holds', 'held = -1'],
  ])('%s', async (_, change) => {
    const where = `where city_id = '${cityId}' and tier = 'ga'`
    expect(await refusal(`update inventory set ${change} ${where}`)).toBe(checkViolation)
  })

  test('more seats returned than sold', async () => {
    const statement = `update payments set seats_returned = 5 where session_id = 'cs_last_line'`
    expect(await refusal(statement)).toBe(checkViolation)
  })

  test('a second sale of one session, a second row of one sequence', async () => {
    const second = `insert into payments (id, session_id) values ('another', 'cs_last_line')`
    expect(await refusal(second)).toBe(uniqueViolation)
    const fork = `
      insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
        public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, occurred_at, hash)
      select city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after, public_limit_before,
        public_limit_after, actual_limit_before, actual_limit_after, occurred_at, hash
      from inventory_transactions where city_id = '${cityId}' limit 1`
    expect(await refusal(fork)).toBe(uniqueViolation)
  })

  test('a second payment of one payment intent, a second reservation of one session', async () => {
    const payment = (id: string) =>
      refusal(`insert into payments (id, payment_intent_id) values ('${id}', 'pi_last_line')`)
    expect([await payment('first'), await payment('second')]).toEqual([undefined, uniqueViolation])
    const tickets = [aTicket({ cityId: await aCity() }), aTicket({ cityId: await aCity() })]
    await execute(tickets.map(({ hold }) => [hold]))
    const noted = tickets.map(({ hold }) =>
      refusal(`update reservations set session_id = 'cs_noted' where id = '${hold.reservationId}'`),
    )
    expect((await Promise.all(noted)).sort()).toEqual([uniqueViolation, undefined])
  })

  test('a second exception of one kind that waits for a person about one payment', async () => {
    const exception = (state: string) =>
      refusal(
        `insert into payment_exceptions (payment_id, kind, state) values ('cs_last_line', 'dispute_lost', '${state}')`,
      )
    const refusals = []
    for (const state of ['resolved', 'open', 'resolving', 'resolved']) refusals.push(await exception(state))
    expect(refusals).toEqual([undefined, undefined, uniqueViolation, undefined])
  })

  test('a sale of no city', async () => {
    expect(await refusal(`insert into payments (id, seats_sold) values ('of no city', 1)`)).toBe(
      checkViolation,
    )
  })

  test('a second live hold of one visitor in one city', async () => {
    const [first, second] = [aTicket({ cityId: await aCity() }), aTicket({ cityId })]
    await execute([[{ ...first.hold, visitorHash: 'a visitor' }]])
    const copy = `
      insert into reservations (id, city_id, tier, quantity, status, epoch, visitor_hash, created_at, expires_at, lapses_at)
      select '${second.hold.reservationId}', city_id, 'vip', 1, 'held', 0, visitor_hash, created_at, expires_at, lapses_at
      from reservations where id = '${first.hold.reservationId}'`
    expect(await refusal(copy)).toBe(uniqueViolation)
  })
})

describe('the ledger only grows', () => {
  test.each([
    'update inventory_transactions set quantity = 0',
    'delete from inventory_transactions',
    'truncate inventory_transactions',
  ])('the application may not: %s', async (statement) => {
    expect(await refusal(statement)).toBe(insufficientPrivilege)
  })

  test.each([
    'update inventory_transactions set quantity = 0 where false',
    'delete from inventory_transactions where false',
    'truncate inventory_transactions',
  ])('nor does even its owner get past the trigger: %s', async (statement) => {
    await expect(story.owner.query(statement)).rejects.toMatchObject({ code: restrictViolation })
  })

  test('nor may the application take the trigger or a constraint away', async () => {
    for (const statement of [
      'alter table inventory_transactions disable trigger all',
      'alter table inventory drop constraint inventory_never_oversold',
      'drop function refuse_change() cascade',
      'drop table inventory_transactions',
    ]) {
      expect(await refusal(statement)).toBe(insufficientPrivilege)
    }
  })
})

describe('the clock', () => {
  test('cannot be moved by the application', async () => {
    expect(await refusal(`update app_clock set shift = '1 day'`)).toBe(insufficientPrivilege)
    expect(await refusal('delete from app_clock')).toBe(insufficientPrivilege)
  })

  test('has one row, whoever tries', async () => {
    await expect(story.owner.query('insert into app_clock values (false)')).rejects.toMatchObject({
      code: checkViolation,
    })
  })
})

test('what the application may not delete at all', async () => {
  for (const table of ['cities', 'inventory', 'reservations', 'payments', 'refunds', 'payment_exceptions']) {
    expect(await refusal(`delete from ${table}`)).toBe(insufficientPrivilege)
  }
})
