import { expect, test } from 'vitest'
import { findLiveHolds, readLiveHolds } from '@/lib/analytics/live-holds'
import type { Command } from '@/lib/inventory/commands'
import { execute } from '@/lib/inventory/execute'
import { genericScans, recordedDatabase } from '@/tests/support/plans'
import { aCity } from '@/tests/support/stories/city'
import { awaitPayment, hold, release } from '@/tests/support/stories/commands'

/** What is in checkouts, page by page and found by what a buyer has at hand. */

const database = recordedDatabase(async (owner) => {
  const cityId = await aCity()
  await owner.query(
    `insert into reservations (id, city_id, tier, quantity, status, epoch, email, session_id, created_at, expires_at, lapses_at)
     select 'over_' || n, $1, 'ga', 1, 'released', 0, n % 100 || '@example.com', 'cs_over_' || n, app_now(), app_now(), app_now()
     from generate_series(1, 10000) n`,
    [cityId],
  )
  await owner.query('vacuum analyze')
})

async function run(...commands: Command[]): Promise<void> {
  for (const command of commands) {
    const [[outcome] = []] = await execute([[command]])
    expect(outcome?.status).toBe('applied')
  }
}

test('pages join without a gap or a repetition, those whose payment is on its way last, whatever ends meanwhile', async () => {
  const cityId = await aCity({ holdMinutes: 60 })
  const id = (name: string) => `${name}-${cityId}`
  // Two of them end at the same moment.
  for (const [name, minutes] of [
    ['d', 40],
    ['a', 10],
    ['c', 30],
    ['b', 20],
    ['y', 5],
    ['x', 5],
  ] as const)
    await run(hold(1, { cityId, reservationId: id(name), minutes }))
  await database.owner.query(
    `update reservations set expires_at = (select expires_at from reservations where id = $1) where id = $2`,
    [id('x'), id('y')],
  )
  for (const name of ['x', 'y']) await run(awaitPayment(id(name), { sessionId: `cs_${id(name)}` }))

  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await readLiveHolds(cityId, { cursor, limit: 1 })
    expect(page.total).toBeGreaterThan(4)
    seen.push(...page.holds.map(({ reservationId }) => reservationId))
    if (seen.length === 2) await run(release(id('b')))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'x', 'y'].map(id))
})

test.each(['x', 'held~', 'held~1', 'sold~1~r', 'held~999999999999999999~r', `awaiting~5~${'r'.repeat(300)}`])(
  'a cursor that it did not write (%s) is the beginning',
  async (cursor) => {
    const cityId = await aCity()
    await run(hold(1, { cityId, reservationId: `r-${cityId}` }))
    expect((await readLiveHolds(cityId, { cursor })).holds).toHaveLength(1)
  },
)

test('a buyer is found by their address, their session or their reservation, wherever they are', async () => {
  const [dallas, austin] = [await aCity(), await aCity()]
  const email = `${dallas}@example.com`
  await run(
    hold(2, { cityId: dallas, reservationId: `late-${dallas}`, email, minutes: 20 }),
    hold(1, { cityId: austin, reservationId: `soon-${dallas}`, tier: 'vip', email, minutes: 10 }),
    hold(1, { cityId: austin, reservationId: `gone-${dallas}`, email }),
    hold(1, { cityId: dallas, reservationId: `other-${dallas}`, email: `x${email}` }),
    release(`gone-${dallas}`),
    awaitPayment(`late-${dallas}`, { sessionId: `cs_${dallas}` }),
  )
  await database.owner.query('update reservations set session_id = $1 where id = $2', [
    `cs_${dallas}`,
    `late-${dallas}`,
  ])
  const found = async (search: string) =>
    (await findLiveHolds(search)).map(({ reservationId }) => reservationId)
  expect(await found(` ${email.toUpperCase()} `)).toEqual([`soon-${dallas}`, `late-${dallas}`])
  expect(await found(`soon-${dallas}`)).toEqual([`soon-${dallas}`])
  expect(await found(`cs_${dallas}`)).toEqual([`late-${dallas}`])
  for (const nothing of [`gone-${dallas}`, dallas, '', ' ', '%', '\0', '1@example.com', 'cs_over_7'])
    expect(await found(nothing)).toEqual([])
  expect((await findLiveHolds(email))[0]).toMatchObject({
    cityId: austin,
    cityName: austin,
    timeZone: 'America/Chicago',
    tier: 'vip',
    quantity: 1,
    status: 'held',
    email,
  })
})

test('a search reads no index of the reservations whole', async () => {
  await findLiveHolds('1@example.com')
  const scans = await genericScans(database.recording, database.owner, 'reservations')
  expect(scans.map((scan) => scan['Index Name'])).toEqual(
    expect.arrayContaining(['reservations_pkey', 'reservations_session', 'reservations_live_by_email']),
  )
  expect(scans.filter((scan) => scan['Index Cond'] === undefined)).toEqual([])
})
