import { sql } from 'kysely'
import { z } from 'zod'
import { database } from '@/lib/database'

/** A session lives a day at most; one more hour covers the clocks. */
const hours = 25
/** How long runs look for what could not be applied. */
const faultDays = 30
/** The row of `settings`, which a run writes once it has come to its end. */
export const lookBackKey = 'stripe_reconcile'
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const noted = z.object({ completedAt: moment, keptSince: moment.optional() })

export interface LookBack {
  /** Sessions and refunds made since then are compared. */
  since: Date
  /** When this run began. */
  startedAt: Date
  /** When a run first left something behind that later runs still look for. */
  keptSince?: Date | undefined
}

/** How far a run looks back: a session's life before the last run that came to its end. */
export async function startLookBack(): Promise<LookBack> {
  const { rows } = await sql<{ now: Date; value: unknown }>`
    select app_now() as now, (select value from settings where key = ${lookBackKey}) as value`.execute(
    database(),
  )
  const now = rows[0]?.now ?? new Date()
  const last = noted.safeParse(rows[0]?.value).data
  const from = Math.min(now.getTime(), last?.completedAt.getTime() ?? Infinity)
  return { since: new Date(from - hours * 3_600_000), startedAt: now, keptSince: last?.keptSince }
}

/** Notes that everything up to a run's beginning has been compared. */
export async function noteLookBack({ startedAt }: LookBack): Promise<void> {
  await note({ completedAt: startedAt })
}

/**
 * Notes that something was left behind, so that the next run looks back as far as this one. After 30 days it gives
 * up what the first of these runs looked at. What came later has not been compared for as long, and gets 30 days more.
 */
export async function keepLookBack({ since, startedAt, keptSince = startedAt }: LookBack): Promise<void> {
  const isOver = startedAt.getTime() - keptSince.getTime() >= faultDays * 86_400_000
  const completedAt = new Date(since.getTime() + hours * 3_600_000)
  await note(isOver ? { completedAt: keptSince, keptSince: startedAt } : { completedAt, keptSince })
}

async function note(value: z.output<typeof noted>): Promise<void> {
  await sql`
    insert into settings (key, value, updated_by) values (${lookBackKey}, ${JSON.stringify(value)}::jsonb, 'system')
    on conflict (key) do update set value = excluded.value, updated_at = app_now()`.execute(database())
}
