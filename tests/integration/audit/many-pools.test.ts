import { expect, test } from 'vitest'
import { runAudit } from '@/lib/audit'
import { findDifferences } from '@/lib/audit/audit'
import { genesis, walkChains } from '@/lib/audit/chain'
import { transact } from '@/lib/queues/transaction'
import { recordStatements } from '@/tests/support/plans'
import { allOf, auditStories, checkpoint } from '@/tests/support/stories/audits'
import { aCity, cities } from '@/tests/support/stories/city'
import { pay } from '@/tests/support/stories/payments'

/** Many cities and tiers are read by the same statements; each is judged for itself all the same. */

const story = auditStories()

const setTime = (cityId: string, sequence: number, time: string) =>
  story.owner.tamper(
    `update inventory_transactions set occurred_at = $3 where city_id = $1 and tier = 'ga' and sequence = $2`,
    [cityId, sequence, time],
  )

test.each(['full', 'incremental'] as const)(
  'a hundred cities more ask the database no more often: %s',
  async (kind) => {
    const recording = recordStatements(story.appUrl)
    const statements = async () => {
      recording.statements.length = 0
      expect((await findDifferences(recording.connection, kind)).differences).toEqual([])
      return recording.statements.length
    }
    const before = await statements()
    await cities(100)
    expect(await statements()).toBe(before)
    await runAudit({ full: false })
    expect(await statements()).toBe(before)
    await recording.close()
  },
)

test('pools whose records cannot be read keep their places; all others are judged, and their places move', async () => {
  const places = await cities(7)
  for (const cityId of places) await pay({ cityId })
  await runAudit({ full: false })
  for (const cityId of places) await pay({ cityId })
  const [first = '', , third = '', fourth = '', , sixth = ''] = places
  const times = await story.owner.query<{ city_id: string; occurred_at: Date }>(
    `select city_id, occurred_at from inventory_transactions where tier = 'ga' and sequence = 3`,
  )
  await setTime(first, 3, 'infinity')
  await setTime(fourth, 3, 'infinity')
  await story.owner.query(`update inventory set sold = 1 where city_id = $1 and tier = 'ga'`, [third])
  await story.owner.tamper(
    `update inventory_transactions set actor = 'Eve' where city_id = $1 and tier = 'ga' and sequence = 3`,
    [sixth],
  )
  const { differences } = await runAudit({ full: false })
  expect(differences.map(({ kind, cityId, tier, row }) => [kind, cityId, tier, row])).toEqual(
    [
      ['unreadable', first, 'ga', 'ledger'],
      ['stock', third, 'ga', 'stock row'],
      ['payments', third, 'ga', 'stock row'],
      ['unreadable', fourth, 'ga', 'ledger'],
      ['hash', sixth, 'ga', 'ledger row 3'],
    ].sort((one, other) => String(one[1]).localeCompare(String(other[1]))),
  )
  const found = await Promise.all(places.map((cityId) => checkpoint(cityId)))
  expect(found.map(({ soundTo }) => soundTo)).toEqual([2, 3, 3, 2, 3, 2, 3])

  for (const { city_id, occurred_at } of times) await setTime(city_id, 3, occurred_at.toISOString())
  await story.owner.query(`update inventory set sold = 2 where city_id = $1 and tier = 'ga'`, [third])
  await story.owner.tamper(
    `update inventory_transactions set actor = null where city_id = $1 and tier = 'ga' and sequence = 3`,
    [sixth],
  )
  expect((await runAudit({ full: false })).verdict).toBe('clean')
  for (const cityId of places) expect(await checkpoint(cityId)).toEqual(allOf(3))
})

test('a pool that could never be read yet has a place once it can be', async () => {
  const cityId = await aCity()
  const [row] = await story.owner.query<{ occurred_at: Date }>(
    `select occurred_at from inventory_transactions where city_id = $1 and tier = 'ga'`,
    [cityId],
  )
  await setTime(cityId, 1, 'infinity')
  const { differences } = await runAudit({ full: false })
  expect(differences).toMatchObject([{ kind: 'unreadable', cityId, tier: 'ga' }])
  expect(await runAudit({ full: false })).toMatchObject({ differences })
  expect(await checkpoint(cityId)).toEqual(allOf(0))
  expect(await checkpoint(cityId, 'vip')).toEqual(allOf(1))
  await setTime(cityId, 1, row?.occurred_at.toISOString() ?? '')
  expect((await runAudit({ full: false })).verdict).toBe('clean')
  expect(await checkpoint(cityId)).toEqual(allOf(1))
})

test('chains of any length are walked side by side as each would be alone', async () => {
  const [none, short, long] = await cities(3, { ga: 60 })
  const everywhere = [none, short, long].flatMap((cityId) => cityId ?? [])
  for (let sale = 0; sale < 5; sale++) await pay({ cityId: short ?? '' })
  for (let sale = 0; sale < 30; sale++) await pay({ cityId: long ?? '' })
  // Two faults a row: its quantity and its hash.
  const setQuantity = (quantity: number) =>
    story.owner.tamper(
      `update inventory_transactions set quantity = $2 where city_id = any($1) and tier = 'ga' and sequence > 4`,
      [everywhere, quantity],
    )
  await setQuantity(2)
  const starts = ['atlanta-feb-2026', ...everywhere].map((cityId) => ({
    pool: { cityId, tier: 'ga' as const },
    from: genesis,
  }))
  const alone = await Promise.all(starts.map((start) => transact((trx) => walkChains(trx, [start]))))
  const chains = alone.flat().map(({ walked }) => walked)
  expect(chains.map(({ rows, sold, verified }) => [rows, sold, verified.sequence])).toEqual([
    [1, 0, 1],
    [1, 0, 1],
    [6, 5, 4],
    [31, 30, 4],
  ])
  expect(chains.map(({ differences }) => differences.length)).toEqual([0, 0, 4, 41])
  for (const atOnce of [1, 7, 8, 24, 1_000]) {
    expect(await transact((trx) => walkChains(trx, starts, { atOnce }))).toEqual(alone.flat())
  }
  await setQuantity(1)
})
