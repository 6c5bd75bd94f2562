import { sql } from 'kysely'
import { failedAlerts } from '@/lib/alerts/failed-alerts'
import { readAuditState } from '@/lib/audit'
import { database } from '@/lib/database'
import { longestWaiting, type PaymentException } from '@/lib/payments/read-exceptions'
import { deadLetterQueues, queueSchema } from '@/lib/queues/definitions'
import { type LateQueue, readLateQueues } from '@/lib/queues/late'
import { reconciledAt } from '@/lib/stripe/reconciled-at'

/** What needs an admin, apart from stock. */
export interface Attention {
  /** Payments that wait for a decision. */
  openExceptions: number
  /**
   * The one that has waited longest: of those that no admin has claimed, if there are any, else of all. Null where none
   * waits.
   */
  longestWaiting: WaitingException | null
  /** Payments that a bank disputes, undecided. */
  openDisputes: number
  /** Queues where work waits and no worker takes it. */
  lateQueues: LateQueue[]
  /** Jobs that have failed for good. */
  deadLetters: number
  /** Alerts of the last week that did not reach all recipients. */
  failedAlerts: number
  /** Differences that the latest audits found, full and incremental; 0 where both were clean. */
  auditDifferences: number
  /** The audit that found them; null where there are none. */
  differingAuditId: number | null
  /** When an audit last ended; null: none has run. */
  auditedAt: Date | null
  /** When a full audit last ended; if none has, when the first audit of all did; null: none has run. */
  fullAuditedAt: Date | null
  /**
   * When a reconciliation with Stripe last came to its end; if none has, when the first audit ended; null: none has.
   */
  reconciledAt: Date | null
}

/** What a decision is about. Its city as far as it is one of ours. */
export type WaitingException = Pick<
  PaymentException,
  'id' | 'title' | 'state' | 'amountCents' | 'currency' | 'cityName' | 'createdAt'
>

/** All of it as it is now. What it costs depends on what waits, not on what was ever sold. */
export async function readAttention(): Promise<Attention> {
  const [{ firstAuditedAt, ...counts }, waiting, lateQueues, { full, incremental }] = await Promise.all([
    readCounts(),
    longestWaiting(),
    readLateQueues(),
    readAuditState(),
  ])
  const latest = (full?.id ?? 0) > (incremental?.id ?? 0) ? full : incremental
  // An incremental run does not look again at all that a full one had found.
  const finding = [latest, full].find((run) => run?.verdict === 'differences')
  return {
    ...counts,
    // What is said of a sale, such as a dispute, names no city of its own.
    longestWaiting: waiting && { ...waiting, cityName: waiting.cityName ?? waiting.payment.cityName },
    lateQueues,
    auditDifferences: finding?.differences.length ?? 0,
    differingAuditId: finding?.id ?? null,
    auditedAt: latest?.finishedAt ?? null,
    fullAuditedAt: full?.finishedAt ?? firstAuditedAt,
  }
}

interface Counts extends Pick<
  Attention,
  'openExceptions' | 'openDisputes' | 'deadLetters' | 'failedAlerts' | 'reconciledAt'
> {
  firstAuditedAt: Date | null
}

async function readCounts(): Promise<Counts> {
  // Indexes: payment_exceptions_unresolved, payments_in_dispute, those of failed alerts, pg-boss's own of each queue, and
  // primary keys.
  const { rows } = await sql<Counts>`
    select
      (select count(*)::int from payment_exceptions where state <> 'resolved') as "openExceptions",
      (select count(*)::int from payments where dispute = 'open' and created_at < 'infinity') as "openDisputes",
      (select count(*)::int from ${sql.table(`${queueSchema}.job`)}
        where name = any(${[...deadLetterQueues]}) and state < 'active') as "deadLetters",
      ${failedAlerts} as "failedAlerts",
      (select finished_at from audit_runs order by id limit 1) as "firstAuditedAt",
      ${reconciledAt} as "reconciledAt"`.execute(database())
  const [counts] = rows
  if (!counts) throw new Error('A query without a table gives one row')
  return counts
}
