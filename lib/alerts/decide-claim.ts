import { createHash } from 'node:crypto'
import type { AlertChannel, AlertLevel, DeliveryState } from '@/db/tables/alerts'
import { isMild } from './levels'
import { type QuietHours, quietSecondsLeft } from './quiet-hours'

/** What names a delivery. */
export interface DeliveryKey {
  alertId: string
  channel: AlertChannel
  target: string
}

/** A delivery that is still to be made, or whose fate is open. */
export interface WaitingDelivery {
  alertId: string
  state: Exclude<DeliveryState, 'sent' | 'failed' | 'skipped'>
  level: AlertLevel | null
  attempts: number
  /** Names the message that the delivery is or was part of; null before its first try. */
  reference: string | null
  /** Pending and unknown: not before. Sending: whoever sends has died when this has passed. */
  nextTryAt: Date | null
}

/** What is set about alerts when the turn of a delivery comes. */
export interface ClaimRules {
  /** Whether the channel still delivers to the target. */
  isTold: boolean
  quiet: QuietHours | null
}

export type ClaimDecision =
  | { kind: 'nothing' }
  | { kind: 'look_again'; at: Date }
  /** Whom it would reach was taken off the list meanwhile: it goes to others, if to anybody. */
  | { kind: 'skip'; alertIds: string[] }
  /** It is quiet: a mild alert waits until the quiet hours are over. */
  | { kind: 'postpone'; seconds: number }
  | { kind: 'send'; alertIds: string[]; reference: string; mayHaveBeenSent: boolean }

/**
 * What to do for one delivery, given all that wait for the same channel and target. Whoever sets a delivery's next
 * try also makes the job for it, so a job that comes early or double has nothing to do.
 */
export function decideClaim(
  key: DeliveryKey,
  waiting: readonly WaitingDelivery[],
  now: Date,
  { isTold, quiet }: ClaimRules,
): ClaimDecision {
  const own = waiting.find((delivery) => delivery.alertId === key.alertId)
  if (!own) return { kind: 'nothing' }
  if (own.nextTryAt && own.nextTryAt > now) {
    return own.state === 'sending' ? { kind: 'look_again', at: own.nextTryAt } : { kind: 'nothing' }
  }
  if (!isTold) {
    // Those that went with it have no job any more; all others have one of their own, urgent or not.
    const left = waiting.filter(
      (delivery) =>
        (delivery === own || (own.reference !== null && delivery.reference === own.reference)) &&
        !isBeingSent(delivery, now),
    )
    return { kind: 'skip', alertIds: left.map(({ alertId }) => alertId) }
  }
  const quietSeconds = quiet && isMild(own.level) ? quietSecondsLeft(quiet, now) : 0
  if (quietSeconds > 0) return { kind: 'postpone', seconds: quietSeconds }
  const { reference } = own
  if (reference !== null) {
    const together = waiting.filter((delivery) => delivery.reference === reference)
    const mayHaveBeenSent = together.some((delivery) => delivery.state !== 'pending')
    return { kind: 'send', alertIds: together.map(({ alertId }) => alertId), reference, mayHaveBeenSent }
  }
  const together = isMild(own.level) ? waiting.filter(isFreshAndMild) : [own]
  return {
    kind: 'send',
    alertIds: together.map(({ alertId }) => alertId),
    reference: referenceOf(key),
    mayHaveBeenSent: false,
  }
}

/** Eight letters and digits that are hard to confuse, the same for every try: 2^40 of them. */
export function referenceOf({ alertId, channel, target }: DeliveryKey): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  const digest = createHash('sha256').update(`${alertId}\n${channel}\n${target}`).digest()
  return Array.from(digest.subarray(0, 8), (byte) => alphabet[byte % 32]).join('')
}

/** Whoever sends it notes what becomes of it. */
function isBeingSent({ state, nextTryAt }: WaitingDelivery, now: Date): boolean {
  return state === 'sending' && nextTryAt !== null && nextTryAt > now
}

function isFreshAndMild(delivery: WaitingDelivery): boolean {
  return delivery.reference === null && delivery.state === 'pending' && isMild(delivery.level)
}
