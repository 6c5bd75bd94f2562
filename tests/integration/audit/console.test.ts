import { expect, test } from 'vitest'
import { presentAttention } from '@/app/presenters/console/attention-list'
import { presentAudits } from '@/app/presenters/console/audits'
import { readRowNumber } from '@/app/forms/row-number'
import { readAttention } from '@/lib/analytics/attention'
import { runAudit } from '@/lib/audit'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { pay } from '@/tests/support/stories/payments'

const story = storyDatabase()

const now = new Date()
const nobody = { slack: [], email: [], sms: [] }

/** Five hours and a quarter of runs that had nothing to say. */
const cleanRuns = () =>
  story.owner.query(`insert into audit_runs (kind, started_at, verdict, rows_walked)
    select 'incremental', app_now(), 'clean', 0 from generate_series(1, 21)`)

/** The page that the overview leads to. */
async function followOverview() {
  const items = presentAttention({
    attention: await readAttention(),
    cities: [],
    thresholds: [],
    targets: nobody,
    now,
  })
  const query = new URL(items.find(({ key }) => key === 'audit')?.to ?? '', 'http://shop').searchParams
  return presentAudits(
    { before: readRowNumber(query.get('cursor')), onlyDiffering: query.get('show') === 'differences' },
    now,
  )
}

test('the overview leads to the full audit that it means, however many clean runs have followed', async () => {
  const cityId = await aCity()
  for (let sale = 0; sale < 3; sale++) await pay({ cityId })
  await runAudit({ full: true })
  await story.owner.tamper(
    `update inventory_transactions set actor = 'Eve' where city_id = $1 and tier = 'ga' and sequence = 2`,
    [cityId],
  )
  const full = await runAudit({ full: true })
  expect(full.differences).toHaveLength(1)
  await cleanRuns()

  const latest = await presentAudits({ before: null, onlyDiffering: false }, now)
  expect(latest.runs.map(({ isClean }) => isClean)).toEqual(Array(20).fill(true))
  const older = await presentAudits({ before: readRowNumber(latest.nextCursor), onlyDiffering: false }, now)
  expect(older.runs.map(({ isClean }) => isClean)).toEqual([true, false, true])
  expect(older.nextCursor).toBeNull()

  const led = await followOverview()
  expect(led.runs.map(({ id }) => id)).toEqual([full.id])
  expect(led.runs[0]?.differences).toEqual([
    {
      row: `${cityId} GA, ledger row 2`,
      message: 'its hash does not belong to its content and the row before it',
      to: `/admin/cities/${cityId}/ledger?tier=ga`,
    },
  ])

  // Others have differed since, but the overview means the one that is not settled.
  await story.owner.query(
    `insert into audit_runs (kind, started_at, verdict, differences, rows_walked)
    select kind, started_at, verdict, differences, rows_walked from
      (select 'incremental' as kind, started_at, verdict, differences, rows_walked from audit_runs where id = $1) run,
      generate_series(1, 21)`,
    [full.id],
  )
  await cleanRuns()
  expect((await followOverview()).runs.map(({ id }) => id)).toEqual([full.id])
})
