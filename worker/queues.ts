import type { PgBoss } from 'pg-boss'
import { alertsWorker } from './alerts'
import { auditWorker } from './audit'
import { housekeepingWorker } from './housekeeping'
import { paymentsWorker } from './payments'
import { workQueue } from './queue-worker'
import { refundsWorker } from './refunds'
import { reservationSweepWorker } from './reservation-sweep'
import { stripeReconcileWorker } from './stripe-reconcile'
import type { QueueLoops } from './wake-up'

/** Works every queue. */
export async function workAllQueues(boss: PgBoss): Promise<QueueLoops> {
  return new Map([
    [paymentsWorker.queue, await workQueue(boss, paymentsWorker)],
    [alertsWorker.queue, await workQueue(boss, alertsWorker)],
    [refundsWorker.queue, await workQueue(boss, refundsWorker)],
    [reservationSweepWorker.queue, await workQueue(boss, reservationSweepWorker)],
    [stripeReconcileWorker.queue, await workQueue(boss, stripeReconcileWorker)],
    [auditWorker.queue, await workQueue(boss, auditWorker)],
    [housekeepingWorker.queue, await workQueue(boss, housekeepingWorker)],
  ])
}
