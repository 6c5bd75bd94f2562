import { raiseAlerts } from '@/lib/alerts/raise'
import { transact } from '@/lib/queues/transaction'

/** If one fault stands behind all of them, a few alerts tell as much as a thousand. */
const mostAtOnce = 10

/**
 * Raises an alert about each session, payment or refund that a reconciliation had to leave behind: once, however
 * many runs meet it. If no admin looks into it, it is given up when its time is over.
 */
export async function tellOfFaults(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const told = ids.slice(0, mostAtOnce)
  await transact((trx) =>
    raiseAlerts(
      trx,
      told.map((id) => ({
        kind: 'not_reconciled' as const,
        paymentId: id,
        key: `not-reconciled:${id}`,
        subject: 'What Stripe says of a payment could not be applied',
        body: `The reconciliation left ${id} behind. It is tried again, for at least 30 days; the log says why, as not_reconciled. Look for it in Stripe's dashboard.`,
      })),
    ),
  )
}
