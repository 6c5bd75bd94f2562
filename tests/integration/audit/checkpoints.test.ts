import { describe, expect, test } from 'vitest'
import { runAudit } from '@/lib/audit'
import type { AuditKind } from '@/db/tables/audits'
import { type AuditFindings, findDifferences } from '@/lib/audit/audit'
import { storeRun } from '@/lib/audit/store-run'
import { database } from '@/lib/database'
import { transact } from '@/lib/queues/transaction'
import { alerts, allOf, auditStories, checkpoint } from '@/tests/support/stories/audits'
import { aCity } from '@/tests/support/stories/city'
import { pay } from '@/tests/support/stories/payments'

/** What a run has verified, and how the next ones find that it was changed since. */

const story = auditStories()

test('what was verified and then changed shows in an incremental run, at the verified row', async () => {
  const cityId = await aCity()
  for (let sale = 0; sale < 4; sale++) await pay({ cityId })
  await runAudit({ full: false })
  const change = (sequence: number, actor: string | null) =>
    story.owner.tamper(
      `update inventory_transactions set actor = $3 where city_id = $1 and tier = 'ga' and sequence = $2`,
      [cityId, sequence, actor],
    )
  await change(5, 'Eve')
  expect((await runAudit({ full: false })).differences).toMatchObject([{ kind: 'hash', row: 'ledger row 5' }])
  expect(await checkpoint(cityId)).toEqual({ verified: 5, soundTo: 4 })
  await change(5, null)
  expect((await runAudit({ full: false })).verdict).toBe('clean')
  expect(await checkpoint(cityId)).toEqual(allOf(5))
})

test('an old row that was changed shows in a full run, and in every run from then on', async () => {
  const cityId = await aCity()
  for (let sale = 0; sale < 4; sale++) await pay({ cityId })
  await runAudit({ full: false })
  const change = (actor: string | null) =>
    story.owner.tamper(
      `update inventory_transactions set actor = $2 where city_id = $1 and tier = 'ga' and sequence = 3`,
      [cityId, actor],
    )
  await change('Eve')
  expect((await runAudit({ full: false })).verdict).toBe('clean')
  expect((await runAudit({ full: true })).differences).toMatchObject([{ kind: 'hash', row: 'ledger row 3' }])
  expect(await checkpoint(cityId)).toEqual({ verified: 5, soundTo: 2 })
  expect((await runAudit({ full: false })).differences).toMatchObject([{ kind: 'hash', row: 'ledger row 3' }])
  await change(null)
})

test('a chain that was rewritten to its end, stock row included, differs from what was verified until it is as it was', async () => {
  const cityId = await aCity()
  for (let sale = 0; sale < 3; sale++) await pay({ cityId })
  await runAudit({ full: true })
  await rewrite(cityId, 'Eve')
  const found = [
    {
      kind: 'checkpoint',
      cityId,
      tier: 'ga',
      row: 'ledger row 4',
      message: 'an earlier audit verified it with another hash',
    },
  ]
  expect((await runAudit({ full: false })).differences).toEqual(found)
  // The chain goes on after the rewritten rows, and is sound by itself.
  await pay({ cityId })
  expect((await runAudit({ full: false })).differences).toEqual(found)
  expect((await runAudit({ full: false })).differences).toEqual(found)
  expect((await runAudit({ full: true })).differences).toEqual(found)
  expect(await alerts()).toHaveLength(1)
  await rewrite(cityId, null)
  expect((await runAudit({ full: false })).verdict).toBe('clean')
  expect(await checkpoint(cityId)).toEqual(allOf(5))
})

test('an old row that was found to be changed is not mended by making all that follows fit', async () => {
  const cityId = await aCity()
  for (let sale = 0; sale < 3; sale++) await pay({ cityId })
  await runAudit({ full: true })
  await story.owner.tamper(
    `update inventory_transactions set actor = 'Eve' where city_id = $1 and tier = 'ga' and sequence = 2`,
    [cityId],
  )
  expect((await runAudit({ full: true })).differences).toMatchObject([{ kind: 'hash', row: 'ledger row 2' }])
  expect(await checkpoint(cityId)).toEqual({ verified: 4, soundTo: 1 })
  await rewrite(cityId, 'Eve')
  const found = [{ kind: 'checkpoint', row: 'ledger row 4' }]
  expect((await runAudit({ full: false })).differences).toMatchObject(found)
  expect((await runAudit({ full: true })).differences).toMatchObject(found)
  await rewrite(cityId, null)
  expect((await runAudit({ full: false })).verdict).toBe('clean')
  expect(await checkpoint(cityId)).toEqual(allOf(4))
})

/** Changes the second row of a ledger, and all hashes from there on so that they fit. */
async function rewrite(cityId: string, actor: string | null): Promise<void> {
  await story.owner.tamper(
    `update inventory_transactions set actor = $2 where city_id = $1 and tier = 'ga' and sequence = 2`,
    [cityId, actor],
  )
  for (const sequence of [2, 3, 4, 5]) {
    await story.owner.tamper(
      `update inventory_transactions t set hash = ledger_hash((select b.hash from inventory_transactions b
         where b.city_id = t.city_id and b.tier = t.tier and b.sequence = t.sequence - 1), t)
       where city_id = $1 and tier = 'ga' and sequence = $2`,
      [cityId, sequence],
    )
  }
  await story.owner.query(
    `update inventory i set last_hash = t.hash from inventory_transactions t
     where i.city_id = $1 and i.tier = 'ga' and t.city_id = i.city_id and t.tier = i.tier and t.sequence = i.last_sequence`,
    [cityId],
  )
}

test('a city and tier of which neither stock nor ledger is left is missed, until the owner says that it may be gone', async () => {
  const cityId = await aCity()
  await runAudit({ full: false })
  await story.owner.tamper(`delete from inventory_transactions where city_id = $1 and tier = 'vip'`, [cityId])
  await story.owner.query(`delete from inventory where city_id = $1 and tier = 'vip'`, [cityId])
  const found = [
    {
      kind: 'checkpoint',
      cityId,
      tier: 'vip',
      row: 'ledger row 1',
      message: 'an earlier audit verified it; it is gone',
    },
    {
      kind: 'stock',
      cityId,
      tier: 'vip',
      row: 'stock row',
      message: 'it is gone; the ledger has 0 rows of it',
    },
  ]
  expect((await runAudit({ full: false })).differences).toEqual(found)
  expect((await runAudit({ full: true })).differences).toEqual(found)
  expect((await runAudit({ full: false })).differences).toEqual(found)
  await story.owner.query(`delete from audit_checkpoints where city_id = $1 and tier = 'vip'`, [cityId])
  expect((await runAudit({ full: false })).verdict).toBe('clean')
})

describe('runs that overlap: a place moves', () => {
  const oldRow = (cityId: string, actor: string | null) =>
    story.owner.tamper(
      `update inventory_transactions set actor = $2 where city_id = $1 and tier = 'ga' and sequence = 3`,
      [cityId, actor],
    )

  /** A city whose ledger is verified up to its fourth and last row. */
  async function verifiedCity() {
    const cityId = await aCity()
    for (let sale = 0; sale < 3; sale++) await pay({ cityId })
    await runAudit({ full: true })
    return cityId
  }

  const store = (kind: AuditKind, findings: AuditFindings) => transact((trx) => storeRun(trx, kind, findings))

  test('forward only from where it was found', async () => {
    const cityId = await verifiedCity()
    await pay({ cityId })
    const late = await findDifferences(database(), 'incremental')
    await oldRow(cityId, 'Eve')
    await runAudit({ full: true })
    expect(await checkpoint(cityId)).toEqual({ verified: 4, soundTo: 2 })
    await store('incremental', late)
    expect(await checkpoint(cityId)).toEqual({ verified: 4, soundTo: 2 })
    await oldRow(cityId, null)
  })

  test('forward from nowhere only while it is nowhere', async () => {
    const cityId = await aCity()
    for (let sale = 0; sale < 3; sale++) await pay({ cityId })
    const late = await findDifferences(database(), 'incremental')
    await oldRow(cityId, 'Eve')
    await runAudit({ full: true })
    await store('incremental', late)
    expect(await checkpoint(cityId)).toEqual(allOf(2))
    await oldRow(cityId, null)
  })

  test('back whoever is last', async () => {
    const cityId = await verifiedCity()
    await oldRow(cityId, 'Eve')
    const late = await findDifferences(database(), 'full')
    await pay({ cityId })
    await runAudit({ full: false })
    expect(await checkpoint(cityId)).toEqual(allOf(5))
    await store('full', late)
    expect(await checkpoint(cityId)).toEqual({ verified: 5, soundTo: 2 })
    await oldRow(cityId, null)
  })
})
