import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  getInventoryTransactions,
  reserveInventory,
  resetInventory,
} from '@/lib/inventory'
import { type AdminAuthority, expandCapacity, reduceInventory, relimitInventory } from '@/lib/inventory/admin'
import { readLedgerPage } from '@/lib/inventory/ledger/page'
import { auditDifferences } from '@/tests/support/audit-differences'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()
afterAll(async () => {
  expect(await auditDifferences()).toEqual([])
})

const nate: AdminAuthority = { actor: 'nate@example.com', authorizedBy: 'Nate', reason: 'demand' }

const limits = async (cityId: string) => {
  const status = await checkInventoryStatus(cityId)
  return { public: status?.publicLimits.ga, actual: status?.actualLimits.ga }
}

const alertsOf = (cityId: string) =>
  database().selectFrom('alerts').select(['kind', 'subject', 'body']).where('city_id', '=', cityId).execute()

describe('expand', () => {
  test('adds hidden seats and records who was signed in beside what they wrote', async () => {
    const cityId = await aCity()
    expect(await expandCapacity(cityId, ' Ga', 10, nate, { expectedLimit: 35 })).toEqual({
      ok: true,
      limit: 45,
    })
    expect(await limits(cityId)).toEqual({ public: 35, actual: 45 })
    expect((await readLedgerPage(cityId)).rows[0]).toMatchObject({
      operation: 'expand',
      quantity: 10,
      actualLimitBefore: 35,
      actualLimitAfter: 45,
      ...nate,
    })
  })

  test('tells the second of two admins that the numbers moved', async () => {
    const cityId = await aCity()
    const both = await Promise.all([
      expandCapacity(cityId, 'ga', 5, nate, { expectedLimit: 35 }),
      expandCapacity(cityId, 'ga', 5, nate, { expectedLimit: 35 }),
    ])
    expect(both.filter((one) => one.ok)).toEqual([{ ok: true, limit: 40 }])
    expect(both.filter((one) => !one.ok)).toEqual([
      { ok: false, code: 'numbers_moved', message: 'The limit is now 40, no longer 35' },
    ])
  })

  test.each([
    [0, 'Additional spots must be positive'],
    [-1, 'Additional spots must be positive'],
    [1.5, 'Additional spots must be positive'],
    [Number.NaN, 'Additional spots must be positive'],
    [10_001, 'Additional spots must be at most 10000'],
  ])('refuses %d seats', async (spots, message) => {
    const cityId = await aCity()
    expect(await expandCapacity(cityId, 'ga', spots, nate)).toMatchObject({ ok: false, message })
    expect(await limits(cityId)).toEqual({ public: 35, actual: 35 })
  })

  test('takes 1 and 10,000', async () => {
    const cityId = await aCity()
    expect(await expandCapacity(cityId, 'ga', 1, nate)).toEqual({ ok: true, limit: 36 })
    expect(await expandCapacity(cityId, 'ga', 10_000, nate)).toEqual({ ok: true, limit: 10_036 })
  })

  test.each<[string, Partial<AdminAuthority>, string]>([
    ['nobody', { authorizedBy: '' }, 'Authorization required for inventory expansion'],
    ['blanks', { authorizedBy: '  ' }, 'Authorization required for inventory expansion'],
    [
      'a long name',
      { authorizedBy: 'x'.repeat(256) },
      'authorizedBy must be a text without control characters, at most 255 long',
    ],
    [
      'a null byte',
      { authorizedBy: 'Na\0te' },
      'authorizedBy must be a text without control characters, at most 255 long',
    ],
    [
      'a long reason',
      { reason: 'x'.repeat(256) },
      'reason must be a text without control characters, at most 255 long',
    ],
    [
      'half an emoji',
      { reason: '\ud83d' },
      'reason must be a text without control characters, at most 255 long',
    ],
    [
      'a long actor',
      { actor: 'x'.repeat(256) },
      'actor must be a text without control characters, at most 255 long',
    ],
  ])('refuses %s', async (_, given, message) => {
    const cityId = await aCity()
    expect(await expandCapacity(cityId, 'ga', 1, { ...nate, ...given })).toMatchObject({ ok: false, message })
    expect(await limits(cityId)).toEqual({ public: 35, actual: 35 })
  })

  test('takes 255 characters, an emoji, and no reason at all', async () => {
    const cityId = await aCity()
    const authorizedBy = `${'x'.repeat(253)}🙂`
    expect(await expandCapacity(cityId, 'ga', 1, { authorizedBy, reason: ' ' })).toMatchObject({ ok: true })
    expect((await readLedgerPage(cityId)).rows[0]).toMatchObject({ authorizedBy, reason: null, actor: null })
  })

  test.each(['nowhere', '', '__proto__', '../x', 'x'.repeat(5_000), 'a\0b'])(
    'refuses the city %j',
    async (cityId) => {
      expect(await expandCapacity(cityId, 'ga', 1, nate)).toMatchObject({ ok: false, code: 'unknown_city' })
    },
  )

  test.each(['', 'gold', 'VIP\u200b', '__proto__'])('refuses the tier %j', async (tier) => {
    expect(await expandCapacity(await aCity(), tier, 1, nate)).toMatchObject({
      ok: false,
      code: 'unknown_tier',
    })
  })
})

describe('alerts', () => {
  test('an expansion, documented or not, is told in its own transaction', async () => {
    const cityId = await aCity()
    await expandCapacity(cityId, 'vip', 4, nate)
    await expandInventory(cityId, 'ga', 1, 'Eve')
    const place = cityId
    expect(await alertsOf(cityId)).toEqual([
      {
        kind: 'expansion',
        subject: `${place}: 4 VIP seats added`,
        body: 'Authorized by Nate. 0 of 19 VIP seats are sold. The public limit is 15; 4 seats beyond it are hidden.',
      },
      {
        kind: 'expansion',
        subject: `${place}: 1 GA seat added`,
        body: 'Authorized by Eve. 0 of 36 GA seats are sold. The public limit is 35; 1 seat beyond it is hidden.',
      },
    ])
  })

  test('a reset of both tiers is one alert, with what it forgot', async () => {
    const cityId = await aCity()
    await decrementInventory(cityId, 'ga', 3)
    await decrementInventory(cityId, 'vip', 1)
    await resetInventory(cityId, 'Nate', 'a rehearsal')
    expect(await alertsOf(cityId)).toEqual([
      {
        kind: 'reset',
        subject: `${cityId} was reset, 4 sold seats no longer counted`,
        body: 'Authorized by Nate. Reason: a rehearsal. It can be undone once, in the console.',
      },
    ])
  })

  test('what was refused is not told', async () => {
    const cityId = await aCity()
    await expandCapacity(cityId, 'ga', 5, nate, { expectedLimit: 1 })
    await resetInventory(cityId, '', 'x')
    expect(await alertsOf(cityId)).toEqual([])
  })

  test('an alert that cannot be raised undoes nothing', async () => {
    const cityId = await aCity()
    await story.owner.query(`create function refuse_alert() returns trigger language plpgsql as
      $$ begin raise exception 'no alerts today'; end $$`)
    await story.owner.query(
      `create trigger refuse before insert on alerts for each row execute function refuse_alert()`,
    )
    try {
      expect(await expandCapacity(cityId, 'ga', 5, nate)).toEqual({ ok: true, limit: 40 })
      expect(await resetInventory(cityId, 'Nate', 'x')).toEqual({ success: true })
    } finally {
      await story.owner.query(`drop trigger refuse on alerts`)
    }
    expect(await alertsOf(cityId)).toEqual([])
    expect((await getInventoryTransactions(cityId)).map((row) => row.operation)).toContain('reset')
  })
})

describe('reduce (C06)', () => {
  test('never below what is sold and held, naming it', async () => {
    const cityId = await aCity()
    await expandCapacity(cityId, 'ga', 5, nate)
    await decrementInventory(cityId, 'ga', 33)
    await reserveInventory(cityId, 'ga', 1, `r-${cityId}`)
    expect(await reduceInventory(cityId, 'ga', 30, nate)).toEqual({
      ok: false,
      code: 'below_taken',
      message: '34 seats are sold or held; the limit cannot be lower',
    })
    expect(await reduceInventory(cityId, 'ga', 35, nate, { expectedLimit: 40 })).toEqual({
      ok: true,
      limit: 35,
    })
    expect((await readLedgerPage(cityId)).rows[0]).toMatchObject({
      operation: 'reduce',
      quantity: -5,
      ...nate,
    })
  })

  test('to 34 while a hold of the last seat commits: exactly one of the two wins', async () => {
    const cityId = await aCity({ ga: 35 })
    await decrementInventory(cityId, 'ga', 34)
    const [reduced, held] = await Promise.all([
      reduceInventory(cityId, 'ga', 34, nate),
      reserveInventory(cityId, 'ga', 1, `r-${cityId}`),
    ])
    expect([reduced.ok, held.success].filter(Boolean)).toHaveLength(1)
  })

  test('is no expansion, and to the same limit no change', async () => {
    const cityId = await aCity()
    expect(await reduceInventory(cityId, 'ga', 36, nate)).toEqual({
      ok: false,
      code: 'invalid_quantity',
      message: 'The limit is 35; expand it instead',
    })
    expect(await reduceInventory(cityId, 'ga', 35, nate)).toMatchObject({ ok: false, code: 'unchanged' })
    expect(await reduceInventory(cityId, 'ga', 30, nate, { expectedLimit: 40 })).toMatchObject({
      code: 'numbers_moved',
    })
    for (const to of [-1, 1.5, Number.NaN, 1_000_001])
      expect(await reduceInventory(cityId, 'ga', to, nate)).toMatchObject({ code: 'invalid_quantity' })
    expect(await reduceInventory(cityId, 'ga', 0, nate)).toEqual({ ok: true, limit: 0 })
    expect(await reduceInventory(cityId, 'ga', 0, { authorizedBy: '' })).toMatchObject({
      code: 'authorization_required',
    })
  })
})

describe('relimit', () => {
  test('moves the actual limit with the public one where they were equal', async () => {
    const cityId = await aCity()
    expect(await relimitInventory(cityId, 'ga', 40, nate, { expectedLimit: 35 })).toEqual({
      ok: true,
      limit: 40,
    })
    expect(await limits(cityId)).toEqual({ public: 40, actual: 40 })
    expect(await relimitInventory(cityId, 'ga', 30, nate)).toEqual({ ok: true, limit: 30 })
    expect(await limits(cityId)).toEqual({ public: 30, actual: 30 })
  })

  test('leaves hidden seats where they are', async () => {
    const cityId = await aCity()
    await expandCapacity(cityId, 'ga', 10, nate)
    expect(await relimitInventory(cityId, 'ga', 40, nate)).toEqual({ ok: true, limit: 40 })
    expect(await limits(cityId)).toEqual({ public: 40, actual: 45 })
  })

  test('never below what is taken; the second admin is told', async () => {
    const cityId = await aCity()
    await decrementInventory(cityId, 'ga', 20)
    expect(await relimitInventory(cityId, 'ga', 19, nate)).toMatchObject({ ok: false, code: 'below_taken' })
    expect(await relimitInventory(cityId, 'ga', 25, nate, { expectedLimit: 34 })).toMatchObject({
      code: 'numbers_moved',
    })
    expect(await relimitInventory(cityId, 'ga', 35, nate)).toMatchObject({ code: 'unchanged' })
  })
})

test('documented functions keep their errors', async () => {
  const cityId = await aCity()
  expect(await expandInventory(cityId, 'ga', 0, 'Nate')).toEqual({
    success: false,
    error: 'Additional spots must be positive',
  })
  expect(await expandInventory(cityId, 'ga', 5, '')).toEqual({
    success: false,
    error: 'Authorization required for inventory expansion',
  })
  expect(await resetInventory(cityId, '', 'x')).toEqual({
    success: false,
    error: 'Authorization required for inventory reset',
  })
  expect(await expandInventory('nowhere', 'ga', 5, 'Nate')).toMatchObject({ success: false })
  expect(await resetInventory('nowhere', 'Nate', 'x')).toMatchObject({ success: false })
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from alerts where city_id = ${cityId}`.execute(database())
  expect(rows).toEqual([{ n: 0 }])
})
