import { sql } from 'kysely'
import { z } from 'zod'
import type { Connection, Trx } from '@/lib/database'
import { microsOf, momentOf } from '@/lib/time-cursor'

/** What we keep of an event's content; the event itself stays for ever, since it guards against doing it twice. */
export const factsRetentionDays = 180
const batchSize = 5_000
/** More are left to the next run: other housekeeping waits behind this. */
const batchesOfRun = 100
const key = 'facts_forgotten'

/** How far runs have come, so that none reads again what is forgotten already. */
const mark = z.object({
  /** When the last event that was looked at came, in microseconds since 1970: a date of JavaScript is too coarse. */
  micros: z.string().regex(/^\d{1,17}$/),
  /** Events up to there whose content was still needed then. */
  waiting: z.array(z.string()),
})
type Mark = z.output<typeof mark>

export interface Forgotten {
  /** Events that had come due and were looked at. */
  read: number
  forgotten: number
}

/**
 * Drops the content of settled events that have become old since the last run. An unprocessed one's goes once it is
 * settled, and what tells of a payment's disputes once none of these is open.
 */
export async function forgetFacts(connection: Connection): Promise<Forgotten> {
  const run: Forgotten = { read: 0, forgotten: 0 }
  for (let batch = 0; batch < batchesOfRun; batch++) {
    const { read, forgotten } = await connection.transaction().execute(forgetBatch)
    run.read += read
    run.forgotten += forgotten
    if (read < batchSize) break
  }
  return run
}

async function forgetBatch(trx: Trx): Promise<Forgotten> {
  const { micros, waiting } = await lockMark(trx)
  const due = await readDue(trx, micros)
  const ids = [...waiting, ...due.filter(({ hasFacts }) => hasFacts).map(({ id }) => id)]
  const forgotten = await dropFacts(trx, ids)
  const left = ids.filter((id) => !forgotten.has(id))
  await moveMark(trx, { micros: due.at(-1)?.position ?? micros, waiting: left })
  return { read: due.length, forgotten: forgotten.size }
}

/** Runs that meet go on one after the other, each from where the other has come to. */
async function lockMark(trx: Trx): Promise<Mark> {
  await sql`
    insert into settings (key, value, updated_by) values (${key}, '{}', 'system') on conflict do nothing`.execute(
    trx,
  )
  const { rows } = await sql<{ value: unknown }>`
    select value from settings where key = ${key} for update`.execute(trx)
  return mark.safeParse(rows[0]?.value).data ?? { micros: '0', waiting: [] }
}

interface DueEvent {
  id: string
  hasFacts: boolean
  position: string
}

/** The next events that are old enough, and all that came at the same moment as the last of them. */
async function readDue(trx: Trx, micros: string): Promise<DueEvent[]> {
  // Index stripe_events_by_time, from the mark onwards. How many rows it reads must not depend on what is in them.
  const { rows } = await sql<DueEvent>`
    select id, facts is not null as "hasFacts", ${microsOf(sql`received_at`)} as position
    from stripe_events
    where received_at > ${momentOf(micros)}
      and received_at < app_now() - make_interval(days => ${factsRetentionDays})
    order by received_at
    fetch first (${batchSize}) rows with ties`.execute(trx)
  return rows
}

/** @returns whose content nobody needed any more */
async function dropFacts(trx: Trx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  // Indexes: the primary key, payments_payment_intent. A case has only the disputes' payments looked up.
  const { rows } = await sql<{ id: string }>`
    update stripe_events e set facts = null
    where id = any(${ids}::text[]) and state <> 'received'
      and case when type in ('charge.dispute.created', 'charge.dispute.closed') then not exists (
        select from payments p where p.payment_intent_id = e.payment_intent_id and p.dispute = 'open' offset 0)
        else true end
    returning id`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

async function moveMark(trx: Trx, moved: Mark): Promise<void> {
  await sql`
    update settings set value = ${JSON.stringify(moved)}::jsonb, updated_at = app_now() where key = ${key}`.execute(
    trx,
  )
}
