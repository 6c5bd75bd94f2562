import { z } from 'zod'
import { config } from '@/lib/config'
import { applyLookedUp } from './apply-looked-up'
import { type EventType, isOurs } from './classify-event'
import { isPaid } from './event-commands'
import { sessionFacts, type SessionFacts } from './facts'

export interface ProcessResult {
  success: boolean
  /** It had been applied before; nothing was changed now. */
  duplicate?: boolean
  error?: string
}

/**
 * Applies a paid Checkout Session: its hold, or free stock, becomes a sale, once. A paid session that finds no seat
 * becomes an exception that waits for an admin. What the webhook would ignore is refused: a session without our
 * metadata, of another mode than `payment`, or live while our key is a test key, or the other way round.
 *
 * @param session an object of Stripe's form; only the parts that matter are read
 */
export async function processInventoryUpdate(session: unknown): Promise<ProcessResult> {
  const parsed = sessionFacts.safeParse(session)
  if (!parsed.success) return { success: false, error: 'This is not a Checkout Session' }
  if (parsed.data.mode !== 'payment' || !isOurs(parsed.data) || isOfOtherMode(session))
    return { success: false, error: 'This session is not for one of our workshops' }
  if (!isPaid(parsed.data)) return { success: false, error: 'This session is not paid' }
  return applySession(parsed.data, 'checkout.session.completed')
}

/** Applies what a session that we looked up says, exactly as if its event had come. */
export async function applySession(facts: SessionFacts, type: EventType): Promise<ProcessResult> {
  const { plan, result } = await applyLookedUp({ key: `session:${facts.sessionId}`, type, facts })
  if (plan.problem) return { success: false, error: result?.outcome ?? '' }
  const first = result?.outcomes[0]
  if (!first) return { success: true, duplicate: true }
  if (first.status === 'rejected') return { success: false, error: first.message }
  if (first.status === 'duplicate' && first.code === 'payment_in_exception')
    return { success: false, error: 'This payment waits for a decision' }
  return { success: true, ...(first.status === 'duplicate' && { duplicate: true }) }
}

/**
 * Whether a session is live while our key is a test key, or the other way round. One that does not say is taken as ours.
 */
function isOfOtherMode(session: unknown): boolean {
  const { success, data } = ofSomeMode.safeParse(session)
  return success && data.livemode !== config().stripe.livemode
}

const ofSomeMode = z.object({ livemode: z.boolean() })
