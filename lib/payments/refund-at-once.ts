import { unclearWaitSeconds } from '@/lib/alerts/retry'
import { database } from '@/lib/database'
import type { PayloadOf } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'
import { getException } from './read-exceptions'
import { sendRefundMail } from './refund-mail'
import { refundException } from './resolve-refund'

/** What the queue should do with the job. */
export type RefundJobResult = 'done' | { status: 'failed' | 'dead'; because: string }

/**
 * One step of what the setting asks for: the refund of a payment that found no seat, or the mail about it. Two runs
 * at once, or a run that is killed anywhere, do no harm: the refund is made once, and the mail's job exists once. A mail
 * whose fate is unclear is sent once more, by a job that exists once, too.
 */
export async function runRefundJob(job: PayloadOf<'refunds'>): Promise<RefundJobResult> {
  switch (job.step) {
    case 'refund':
      return refundStep(job.exceptionId)
    case 'mail':
      return mailStep(job)
  }
}

async function refundStep(exceptionId: number): Promise<RefundJobResult> {
  const result = await refundException(exceptionId, {
    actor: 'setting',
    reason: 'No seat was left. By the settings such payments are refunded at once',
  })
  if (result.ok) {
    await enqueue(database(), 'refunds', [{ exceptionId, step: 'mail' }])
    return 'done'
  }
  switch (result.code) {
    case 'already_resolved':
      // By an earlier try of this job; or by an admin in the console, who then tells the buyer.
      if (await isRefundedByNobody(exceptionId)) {
        await enqueue(database(), 'refunds', [{ exceptionId, step: 'mail' }])
      }
      return 'done'
    case 'being_resolved':
    case 'payment_unavailable':
      return { status: 'failed', because: result.message }
    case 'unknown_exception':
    case 'not_fitting':
    case 'invalid':
    case 'unknown_city':
    case 'insufficient_stock':
    case 'limit_too_high':
    case 'numbers_moved':
    case 'nothing_to_refund':
    case 'refund_refused':
      return { status: 'dead', because: result.message }
  }
}

/**
 * Whether no admin closed it. If Stripe's event of a refund comes before the retry of a call whose answer was lost,
 * the exception is closed without a claim. The event of a refund from Stripe's dashboard looks the same. All the
 * money has gone back in both cases.
 */
async function isRefundedByNobody(exceptionId: number): Promise<boolean> {
  const exception = await getException(exceptionId)
  return (
    exception?.resolution === 'refunded' &&
    (exception.resolvedBy === 'setting' || exception.resolvedBy === 'system')
  )
}

async function mailStep({ exceptionId, mayHaveArrived }: PayloadOf<'refunds'>): Promise<RefundJobResult> {
  const outcome = await sendRefundMail(exceptionId)
  switch (outcome.kind) {
    case 'sent':
    case 'nobody':
      return 'done'
    // The provider's words may name the address.
    case 'refused':
      return { status: 'dead', because: 'The mail server refused the mail' }
    case 'not_now':
      return { status: 'failed', because: 'The mail could not be sent' }
    case 'unclear':
      if (!mayHaveArrived && (await sendOnceMore(exceptionId))) return 'done'
      return {
        status: 'dead',
        because: 'The mail server did not say whether it took the mail, which may have arrived',
      }
  }
}

/** @returns whether it was not sent once more before */
async function sendOnceMore(exceptionId: number): Promise<boolean> {
  const again = { exceptionId, step: 'mail', mayHaveArrived: true } as const
  const added = await enqueue(database(), 'refunds', [again], { startAfterSeconds: unclearWaitSeconds })
  return added.length > 0
}
