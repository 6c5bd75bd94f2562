import { setTimeout as delay } from 'node:timers/promises'
import { type Begun, beginOnce, type RepeatableRequest } from '@/lib/idempotency/idempotency'

/**
 * Claims a form by the key that is hidden in it. Without scripts a double click sends the form twice: the second
 * request waits for the result of the first.
 */
export async function beginForm(request: RepeatableRequest): Promise<Begun> {
  for (let patience = 25; ; patience--) {
    const begun = await beginOnce(request)
    if (begun.state !== 'in_progress' || patience === 0) return begun
    await delay(200)
  }
}
