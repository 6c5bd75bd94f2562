import { closeDatabase, database } from '@/lib/database'
import type { Command } from '@/lib/inventory/commands'
import type { Outcome } from '@/lib/inventory/outcomes'
import { execute } from '@/lib/inventory/execute'
import { stopQueueSender } from '@/lib/queues/send'
import type { Tier } from '@/lib/tier'
import { random, type Random } from './random'

/**
 * A process of a race: calls `execute` again and again with commands at random, several at a time, and tells
 * its parent what was applied. Started by `startRacers`.
 */
export interface RaceOrder {
  seed: number
  cities: string[]
  /** Calls of `execute` in all, and at a time. */
  calls: number
  atOnce: number
}

export interface RaceReport {
  /** Commands asked for, and those answered. */
  asked: number
  answered: number
  /** By kind, commands that were applied and leave a row in the ledger. */
  rows: Record<string, number>
  errors: string[]
}

process.once('message', (order: string) => void race(JSON.parse(order) as RaceOrder))

async function race(order: RaceOrder): Promise<void> {
  const report: RaceReport = { asked: 0, answered: 0, rows: {}, errors: [] }
  let started = 0
  const lane = async () => {
    while (started < order.calls) {
      const next = random(order.seed * 10_000 + started++)
      try {
        await callOnce(order, next, report)
      } catch (error) {
        report.errors.push(
          error instanceof Error ? `${error.message} ${String(Reflect.get(error, 'code'))}` : '?',
        )
      }
    }
  }
  await Promise.all(Array.from({ length: order.atOnce }, lane))
  await stopQueueSender()
  await closeDatabase()
  process.send?.(report, () => process.disconnect())
}

async function callOnce(order: RaceOrder, next: Random, report: RaceReport): Promise<void> {
  const groups = Array.from({ length: next.whole(1, 4) }, () =>
    Array.from({ length: next.whole(1, 2) }, () => commandAtRandom(order, next)),
  )
  for (const command of groups.flat()) {
    if (command.type === 'restock' && command.payment.paymentIntentId) {
      await refundOneSeat(command.payment.paymentIntentId)
    }
  }
  report.asked += groups.flat().length
  const outcomes = await patiently(() => execute(groups, { limits: { perEmail: 10 } }))
  report.answered += outcomes.flat().length
  groups.flat().forEach((command, index) => count(report, command, outcomes.flat()[index]))
}

/** A wait for a lock is bounded; on a slow machine the call is made again, as a job would be. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call()
    } catch (error) {
      const isTired = error instanceof Error && Reflect.get(error, 'code') === '55P03'
      if (!isTired || tries === 10) throw error
    }
  }
}

/** Cents for one more seat go back; never more than was paid, so each is applied once at most. */
async function refundOneSeat(intent: string): Promise<void> {
  await database()
    .insertInto('refunds')
    .values({ id: `re_${intent}`, payment_intent_id: intent, amount_cents: 100, status: 'succeeded' })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

function commandAtRandom({ cities }: RaceOrder, next: Random): Command {
  const tier: Tier = next.whole(0, 1) === 0 ? 'ga' : 'vip'
  const pool = { cityId: next.one(cities), tier }
  const authority = { authorizedBy: 'a race' }
  // Few names, so that processes meet at the same payments and reservations.
  const payment = { sessionId: `cs_${next.whole(1, 150)}`, paymentIntentId: '', reservationId: '' }
  payment.paymentIntentId = payment.sessionId.replace('cs', 'pi')
  payment.reservationId = payment.sessionId.replace('cs', 'r')
  switch (next.whole(0, 15)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return {
        type: 'hold',
        ...pool,
        reservationId: payment.reservationId,
        quantity: next.whole(1, 3),
        email: `${next.whole(1, 20)}@example.com`,
        visitorHash: `v${next.whole(1, 40)}`,
        reach: 'by_setting',
      }
    case 4:
    case 5:
    case 6:
    case 7:
      return { type: 'sell', ...pool, payment, quantity: 2, amountCents: 200, reach: 'by_setting' }
    case 8:
      return { type: 'await', payment, reservationId: payment.reservationId }
    case 9:
    case 10:
      return {
        type: 'release',
        reservationId: payment.reservationId,
        cause: 'expired',
        sessionId: payment.sessionId,
      }
    case 11:
    case 12:
      return { type: 'restock', payment: { paymentIntentId: payment.paymentIntentId } }
    case 13:
      return { type: 'expand', ...pool, additionalSpots: 1, authority }
    case 14:
      return next.whole(0, 1) === 0
        ? { type: 'reduce', ...pool, to: next.whole(5, 25), authority }
        : { type: 'relimit', ...pool, to: next.whole(5, 25), authority }
    default:
      return { type: next.whole(0, 1) === 0 ? 'reset' : 'undo-reset', cityId: pool.cityId, authority }
  }
}

function count({ rows }: RaceReport, command: Command, outcome: Outcome | undefined): void {
  if (outcome?.status !== 'applied' || outcome.note) return
  const kind = operationOf[command.type]
  if (kind) rows[kind] = (rows[kind] ?? 0) + 1
}

/** A reset and its undo write a row for each tier; the race counts the other kinds. */
const operationOf: Partial<Record<Command['type'], string>> = {
  sell: 'decrement',
  restock: 'restock',
  expand: 'expand',
  reduce: 'reduce',
  relimit: 'relimit',
}
