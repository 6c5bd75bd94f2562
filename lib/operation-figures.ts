import { sql } from 'kysely'
import { readAttention } from './analytics/attention'
import { database } from './database'

/**
 * What an operator watches, besides the processes themselves: what the console says needs attention, and how sales go.
 * Counts; ages in seconds. Alerts that failed are those of the last seven days. Null: no worker was ever up to compare
 * anything with Stripe.
 */
export interface OperationFigures {
  seatsSold: number
  seatsHeld: number
  eventsWaiting: number
  /** 0 where none waits. */
  oldestEventSeconds: number
  exceptionsOpen: number
  disputesOpen: number
  queuesLate: number
  deadLetters: number
  alertsFailed: number
  auditDifferences: number
  reconciledSecondsAgo: number | null
}

/** Reads the figures. */
export async function readOperationFigures(): Promise<OperationFigures> {
  const [attention, sales] = await Promise.all([readAttention(), readSales()])
  const { now, ...figures } = sales
  const { reconciledAt } = attention
  return {
    ...figures,
    exceptionsOpen: attention.openExceptions,
    disputesOpen: attention.openDisputes,
    queuesLate: attention.lateQueues.length,
    deadLetters: attention.deadLetters,
    alertsFailed: attention.failedAlerts,
    auditDifferences: attention.auditDifferences,
    reconciledSecondsAgo: reconciledAt && Math.round((now.getTime() - reconciledAt.getTime()) / 1_000),
  }
}

type Sales = Pick<OperationFigures, 'seatsSold' | 'seatsHeld' | 'eventsWaiting' | 'oldestEventSeconds'> & {
  now: Date
}

async function readSales(): Promise<Sales> {
  const { rows } = await sql<Sales>`
    select
      (select coalesce(sum(sold), 0)::int from inventory) as "seatsSold",
      (select coalesce(sum(held), 0)::int from inventory) as "seatsHeld",
      waiting.events as "eventsWaiting",
      waiting.age as "oldestEventSeconds",
      app_now() as now
    from (select count(*)::int as events,
        coalesce(extract(epoch from app_now() - min(received_at)), 0)::int as age
      from stripe_events where state = 'received' and received_at < 'infinity') waiting`.execute(database())
  const [sales] = rows
  if (!sales) throw new Error('No figures were read')
  return sales
}
