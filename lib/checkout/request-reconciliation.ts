import { database } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { isSessionId } from './session-id'

/**
 * Has the worker ask Stripe about one session: for a buyer whose webhook does not come. Does nothing for what cannot be a
 * session's id.
 */
export async function requestReconciliation(sessionId: string): Promise<void> {
  if (!isSessionId(sessionId)) return
  await enqueue(database(), 'stripe-reconcile', [{ sessionId }])
}
