import { afterEach, expect, test } from 'vitest'
import { presentAudits } from '@/app/presenters/console/audits'
import { requestFullAudit } from '@/lib/audit'
import { database } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { somebody } from '@/tests/support/accounts'
import { storyDatabase } from '@/tests/support/stories/database'
import { until } from '@/tests/support/until'

/** A full audit that ends at the worst moment for whoever asks about it. */

const story = storyDatabase()
afterEach(() => story.owner.query('delete from pgboss.job'))

const end = `update pgboss.job set state = 'completed' where name = 'audit' and state = 'active'`

async function aRunningAudit() {
  await enqueue(database(), 'audit', [{ kind: 'full' }])
  await story.owner.query(`update pgboss.job set state = 'active' where name = 'audit'`)
}

test('another one is asked for though the one that ran was still there a moment ago', async () => {
  await aRunningAudit()
  // The queue refuses the new one, and then the old one ends.
  await story.owner.query(`
    create function end_audit() returns trigger language plpgsql security definer as $$ begin ${end}; return null; end $$;
    create trigger end_audit after insert on pgboss.job_common execute function end_audit();
    create trigger end_audit after insert on pgboss.job execute function end_audit()`)
  expect(await requestFullAudit(somebody)).toEqual({ ok: true, value: null })
  await story.owner.query(
    'drop trigger end_audit on pgboss.job_common; drop trigger end_audit on pgboss.job; drop function end_audit',
  )
  const jobs = await story.owner.query<{ state: string }>(
    `select state from pgboss.job where name = 'audit' order by state`,
  )
  expect(jobs.map(({ state }) => state)).toEqual(['created', 'completed'])
})

test('the page that is loaded meanwhile has its verdict, or loads itself again', async () => {
  await aRunningAudit()
  await story.owner.query('begin')
  await story.owner.query('lock table pgboss.job in access exclusive mode')
  const loading = presentAudits({ before: null, onlyDiffering: false }, new Date())
  await until(async () => {
    const waiting = await story.owner.query(
      `select from pg_locks where not granted and relation = 'pgboss.job'::regclass`,
    )
    return waiting.length > 0
  })
  await story.owner.query(
    `insert into audit_runs (kind, started_at, verdict, rows_walked) values ('full', app_now(), 'clean', 0)`,
  )
  await story.owner.query(end)
  await story.owner.query('commit')
  const { runs, isUnderWay } = await loading
  expect({ verdicts: runs.length, isUnderWay }).toEqual({ verdicts: 1, isUnderWay: false })
})
