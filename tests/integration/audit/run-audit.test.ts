import { afterEach, describe, expect, test } from 'vitest'
import { readAttention } from '@/lib/analytics/attention'
import { readAuditRuns, readAuditState, requestFullAudit, runAudit } from '@/lib/audit'
import { type AuditFindings, type AuditKind, findDifferences } from '@/lib/audit/audit'
import { storeRun } from '@/lib/audit/store-run'
import { database } from '@/lib/database'
import { resetInventory } from '@/lib/inventory'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '@/tests/support/accounts'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { pay, refund } from '@/tests/support/stories/payments'

const story = storyDatabase()
/** Every test ends with records that fit again, and with a clean run. */
afterEach(async () => {
  expect((await runAudit({ full: true })).differences).toEqual([])
  await story.owner.query('delete from alert_deliveries')
  await story.owner.query('delete from alerts')
})

async function alerts() {
  return database()
    .selectFrom('alerts')
    .select(['subject', 'body', 'city_id'])
    .where('kind', '=', 'audit')
    .orderBy('created_at')
    .execute()
}

async function checkpoint(cityId: string, tier: 'ga' | 'vip' = 'ga') {
  const row = await database()
    .selectFrom('audit_checkpoints')
    .select(['sequence', 'sound_to'])
    .where('city_id', '=', cityId)
    .where('tier', '=', tier)
    .executeTakeFirstOrThrow()
  return { verified: row.sequence, soundTo: row.sound_to }
}
const allOf = (rows: number) => ({ verified: rows, soundTo: rows })

const setSold = (cityId: string, sold: number) =>
  story.owner.query(`update inventory set sold = $2 where city_id = $1 and tier = 'ga'`, [cityId, sold])

test('a clean run is stored with what it walked, and tells nobody', async () => {
  const cityId = await aCity()
  const order = await pay({ cityId, quantity: 3 })
  await refund(order, 1)
  await resetInventory(cityId, 'Nate', 'a rehearsal')
  const run = await runAudit({ full: true })
  const [{ rows }] = (await story.owner.query(
    'select count(*)::int as rows from inventory_transactions',
  )) as [{ rows: number }]
  expect(run).toMatchObject({ kind: 'full', verdict: 'clean', differences: [], rowsWalked: rows })
  expect(run.finishedAt.getTime()).toBeGreaterThanOrEqual(run.startedAt.getTime())
  expect(await readAuditRuns({ limit: 1 })).toEqual([run])
  expect((await readAuditState()).full).toEqual(run)
  expect(await alerts()).toEqual([])
  expect(await checkpoint(cityId)).toEqual(allOf(4))
})

test('an incremental run walks from the last verified row, and its sums are still right', async () => {
  const cityId = await aCity()
  for (let sale = 0; sale < 3; sale++) await pay({ cityId })
  await runAudit({ full: false })
  expect(await checkpoint(cityId)).toEqual(allOf(4))
  const idle = await runAudit({ full: false })
  await pay({ cityId })
  const next = await runAudit({ full: false })
  // The verified row itself is judged once more in each chain.
  expect(next).toMatchObject({ kind: 'incremental', verdict: 'clean', rowsWalked: idle.rowsWalked + 1 })
  expect(await checkpoint(cityId)).toEqual(allOf(5))

  await setSold(cityId, 3)
  expect((await runAudit({ full: false })).differences).toEqual([
    {
      kind: 'stock',
      cityId,
      tier: 'ga',
      row: 'stock row',
      message: 'sold is 3, but 4 by the ledger',
    },
    {
      kind: 'payments',
      cityId,
      tier: 'ga',
      row: 'stock row',
      message: 'sold is 3, but 4 by the payments',
    },
  ])
  await setSold(cityId, 4)
})

test('a difference alerts once, names row and numbers, changes nothing, and alerts again after a clean run', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 2 })
  await setSold(cityId, 1)
  const records = () =>
    story.owner.query(`select i.*, (select count(*) from inventory_transactions) as rows,
      (select jsonb_agg(p order by id) from payments p) as payments from inventory i order by city_id, tier`)
  const before = await records()
  const run = await runAudit({ full: false })
  expect(run.verdict).toBe('differences')
  await runAudit({ full: false })
  await runAudit({ full: true })
  expect(await records()).toEqual(before)
  expect(await alerts()).toEqual([
    {
      city_id: cityId,
      subject: 'The audit found 2 differences',
      body: [
        `${cityId} GA, stock row: sold is 1, but 2 by the ledger.`,
        `${cityId} GA, stock row: sold is 1, but 2 by the payments.`,
        `Nothing was changed. Audit ${run.id} in the console has the whole list.`,
      ].join(' '),
    },
  ])

  await setSold(cityId, 2)
  expect((await runAudit({ full: false })).verdict).toBe('clean')
  await setSold(cityId, 1)
  await runAudit({ full: false })
  expect(await alerts()).toHaveLength(2)
  await setSold(cityId, 2)
})

test('another difference beside a known one alerts too', async () => {
  const [first, second] = [await aCity(), await aCity()]
  await pay({ cityId: first })
  await pay({ cityId: second })
  await setSold(first, 0)
  await runAudit({ full: false })
  await setSold(second, 0)
  await runAudit({ full: false })
  expect((await alerts()).map((alert) => alert.subject)).toEqual([
    'The audit found 2 differences',
    'The audit found 4 differences',
  ])
  await setSold(first, 1)
  await setSold(second, 1)
})

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

test.each<[string, number, (cityId: string) => Promise<Mend>]>([
  ['payments', 2, swapSeats],
  ['events', 1, forgetPayment],
])(
  '%s that do not fit are found again for as long as they do not, and told of once',
  async (_, count, tamper) => {
    const cityId = await aCity()
    const mend = await tamper(cityId)
    const { differences } = await runAudit({ full: false })
    expect(differences).toHaveLength(count)
    for (let run = 0; run < 3; run++) {
      await story.moveClock(120)
      expect((await runAudit({ full: false })).differences).toEqual(differences)
      expect((await readAttention()).auditDifferences).toBe(count)
    }
    expect(await alerts()).toHaveLength(1)
    await mend()
    await runAudit({ full: false })
    expect((await readAttention()).auditDifferences).toBe(0)
  },
)

type Mend = () => Promise<unknown>

/** Two payments of which one has a seat of the other: their sum is right. */
async function swapSeats(cityId: string): Promise<Mend> {
  for (let sale = 0; sale < 2; sale++) await pay({ cityId, quantity: 2 })
  const [more, less] = await story.owner.query<{ id: string }>(
    `select id from payments where city_id = $1 order by id`,
    [cityId],
  )
  const move = (seats: number) =>
    story.owner.query(
      `update payments set seats_sold = seats_sold + case id when $1 then $3::int else -$3::int end where id in ($1, $2)`,
      [more?.id, less?.id, seats],
    )
  await move(1)
  return () => move(-1)
}

/** The event of a paid session, processed, of which there is no payment. */
async function forgetPayment(): Promise<Mend> {
  await story.owner.query(
    `insert into stripe_events (id, type, state, livemode, session_id, created_at)
     values ('evt_paid', 'checkout.session.async_payment_succeeded', 'processed', false, 'cs_paid', app_now())`,
  )
  return () => story.owner.query(`update stripe_events set state = 'ignored' where id = 'evt_paid'`)
}

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

test('an aborted run stores nothing', async () => {
  const [before] = await readAuditRuns({ limit: 1 })
  await expect(
    runAudit({ full: true, signal: AbortSignal.abort(new Error('told to stop')) }),
  ).rejects.toThrow('told to stop')
  expect((await readAuditRuns({ limit: 1 }))[0]?.id).toBe(before?.id)
})

test('a full audit that is asked for twice is one job; while it runs none is added, and both are said', async () => {
  expect(await requestFullAudit(somebody)).toEqual({ ok: true, value: null })
  expect(await requestFullAudit(somebody)).toEqual({ ok: false, code: 'already_waiting' })
  const jobs = await story.owner.query(
    `select data from pgboss.job where name = 'audit' and state = 'created'`,
  )
  expect(jobs).toEqual([{ data: { kind: 'full' } }])

  // It reads what there was when it began: what was mended meanwhile it does not see.
  await become('active')
  expect(await requestFullAudit(somebody)).toEqual({ ok: false, code: 'already_running' })
  // One that failed begins anew.
  await become('retry')
  expect(await requestFullAudit(somebody)).toEqual({ ok: false, code: 'already_waiting' })
  await become('completed')
  expect(await requestFullAudit(somebody)).toMatchObject({ ok: true })
  const rows = await story.owner.query(
    `select outcome, code from admin_audit where action = 'audit.request' order by id`,
  )
  expect(rows).toEqual([
    { outcome: 'applied', code: null },
    { outcome: 'refused', code: 'already_waiting' },
    { outcome: 'refused', code: 'already_running' },
    { outcome: 'refused', code: 'already_waiting' },
    { outcome: 'applied', code: null },
  ])

  async function become(state: string) {
    await story.owner.query(`update pgboss.job set state = $1 where name = 'audit'`, [state])
  }
})
