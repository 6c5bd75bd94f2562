import { sql } from 'kysely'
import { z } from 'zod'
import { database } from '@/lib/database'

/** A session lives a day at most; one more hour covers the clocks. */
const hours = 25
/** What is at fault makes runs look back further, but no further than so. */
const faultDays = 30
const key = 'stripe_reconcile'
const noted = z.object({ completedAt: z.iso.datetime({ offset: true }) })

export interface LookBack {
  /** Sessions and refunds made since then are compared. */
  since: Date
  /** When this run began. */
  startedAt: Date
}

/** How far a run looks back: a session's life before the last run that came to its end. */
export async function startLookBack(): Promise<LookBack> {
  const { rows } = await sql<{ now: Date; value: unknown }>`
    select app_now() as now, (select value from settings where key = ${key}) as value`.execute(database())
  const now = rows[0]?.now ?? new Date()
  const last = noted.safeParse(rows[0]?.value).data
  const from = Math.min(now.getTime(), last ? Date.parse(last.completedAt) : Infinity)
  return { since: new Date(from - hours * 3_600_000), startedAt: now }
}

/** Notes that everything up to a run's beginning has been compared. */
export async function noteLookBack({ startedAt }: LookBack): Promise<void> {
  await note(startedAt)
}

/** Notes that something was left behind: the next run looks back as far, for 30 days. */
export async function keepLookBack({ since, startedAt }: LookBack): Promise<void> {
  const kept = Math.max(since.getTime() + hours * 3_600_000, startedAt.getTime() - faultDays * 86_400_000)
  await note(new Date(kept))
}

async function note(completedAt: Date): Promise<void> {
  const value = JSON.stringify({ completedAt: completedAt.toISOString() })
  await sql`
    insert into settings (key, value, updated_by) values (${key}, ${value}::jsonb, 'system')
    on conflict (key) do update set value = excluded.value, updated_at = app_now()`.execute(database())
}
