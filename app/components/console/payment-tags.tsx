import { StatusTag } from '@/app/components/status-tag'
import type { ShownState } from '@/app/presenters/console/payments'
import type { StripeEventRow } from '@/lib/stripe/read-events'
import type { PaymentException } from '@/lib/payments/read-exceptions'

export function PaymentTag({ state }: { state: ShownState }) {
  switch (state) {
    case 'new':
      return <StatusTag meaning="plain">New</StatusTag>
    case 'awaiting':
      return (
        <StatusTag meaning="info" icon="clock">
          On its way
        </StatusTag>
      )
    case 'failed':
      return <StatusTag meaning="plain">Failed</StatusTag>
    case 'sold':
      return (
        <StatusTag meaning="good" icon="good">
          Sold
        </StatusTag>
      )
    case 'exception':
      return (
        <StatusTag meaning="bad" icon="bad">
          Needs a decision
        </StatusTag>
      )
    case 'refunded':
      return <StatusTag meaning="plain">Refunded</StatusTag>
    case 'refund_pending':
      return (
        <StatusTag meaning="info" icon="clock">
          Refund on its way
        </StatusTag>
      )
    case 'refund_failed':
      return (
        <StatusTag meaning="bad" icon="bad">
          Refund failed
        </StatusTag>
      )
    case 'dismissed':
      return <StatusTag meaning="plain">Dismissed</StatusTag>
  }
}

export function EventTag({ state }: { state: StripeEventRow['state'] }) {
  switch (state) {
    case 'received':
      return (
        <StatusTag meaning="info" icon="clock">
          Waiting
        </StatusTag>
      )
    case 'processed':
      return (
        <StatusTag meaning="good" icon="good">
          Processed
        </StatusTag>
      )
    case 'ignored':
      return <StatusTag meaning="plain">Ignored</StatusTag>
  }
}

export function ExceptionTag({ state }: { state: PaymentException['state'] }) {
  switch (state) {
    case 'open':
      return (
        <StatusTag meaning="bad" icon="bad">
          Open
        </StatusTag>
      )
    case 'resolving':
      return (
        <StatusTag meaning="warn" icon="clock">
          Being resolved
        </StatusTag>
      )
    case 'resolved':
      return (
        <StatusTag meaning="good" icon="good">
          Resolved
        </StatusTag>
      )
  }
}
