import { type StateLook, StateTag } from '@/app/components/state-tag'
import type { PaymentSummary } from '@/lib/payments/read-payments'
import type { PaymentException } from '@/lib/payments/read-exceptions'
import type { ShownState } from '@/lib/payments/shown-state'
import type { StripeEventRow } from '@/lib/stripe/read-events'

/** A payment's state, and beside it what a bank says against it. */
export function PaymentTag({ state, dispute }: { state: ShownState; dispute: PaymentSummary['dispute'] }) {
  return (
    <span className="tags">
      <StateTag look={payments[state]} />
      {dispute && <StateTag look={disputes[dispute]} />}
    </span>
  )
}

export function EventTag({ state }: { state: StripeEventRow['state'] }) {
  return <StateTag look={events[state]} />
}

export function ExceptionTag({ state }: { state: PaymentException['state'] }) {
  return <StateTag look={exceptions[state]} />
}

const payments: Record<ShownState, StateLook> = {
  new: { meaning: 'plain', word: 'New' },
  awaiting: { meaning: 'info', icon: 'clock', word: 'On its way' },
  failed: { meaning: 'plain', word: 'Failed' },
  sold: { meaning: 'good', icon: 'good', word: 'Sold' },
  exception: { meaning: 'bad', icon: 'bad', word: 'Needs a decision' },
  refunded: { meaning: 'plain', word: 'Refunded' },
  refund_pending: { meaning: 'info', icon: 'clock', word: 'Refund on its way' },
  refund_failed: { meaning: 'bad', icon: 'bad', word: 'Refund failed' },
  dismissed: { meaning: 'plain', word: 'Closed' },
}

const disputes: Record<NonNullable<PaymentSummary['dispute']>, StateLook> = {
  open: { meaning: 'bad', icon: 'bad', word: 'Disputed' },
  lost: { meaning: 'bad', icon: 'bad', word: 'Dispute lost' },
  won: { meaning: 'plain', word: 'Dispute won' },
}

const events: Record<StripeEventRow['state'], StateLook> = {
  received: { meaning: 'info', icon: 'clock', word: 'Waiting' },
  processed: { meaning: 'good', icon: 'good', word: 'Processed' },
  ignored: { meaning: 'plain', word: 'Ignored' },
}

const exceptions: Record<PaymentException['state'], StateLook> = {
  open: { meaning: 'bad', icon: 'bad', word: 'Open' },
  resolving: { meaning: 'warn', icon: 'clock', word: 'Being resolved' },
  resolved: { meaning: 'good', icon: 'good', word: 'Resolved' },
}
