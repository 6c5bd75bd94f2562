import { expect, test } from 'vitest'
import { readAttention } from '@/lib/analytics/attention'
import { readAuditRuns, readAuditState, requestFullAudit, runAudit } from '@/lib/audit'
import { resetInventory } from '@/lib/inventory'
import { somebody } from '@/tests/support/accounts'
import { alerts, allOf, auditStories, checkpoint } from '@/tests/support/stories/audits'
import { aCity } from '@/tests/support/stories/city'
import { pay, refund } from '@/tests/support/stories/payments'

const story = auditStories()

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
