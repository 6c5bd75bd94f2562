import type { OrderState } from '@/app/presenters/order-page'

/** After how long an order's page is to be loaded again, in milliseconds; null once nothing more is expected. */
export function reloadOrderMs(state: OrderState): number | null {
  switch (state) {
    case 'confirming':
      return 1_000
    case 'unknown':
      return 3_000
    // A bank or an admin is at it, perhaps for days.
    case 'awaiting_payment':
    case 'needs_attention':
    case 'refund_pending':
    case 'refund_failed':
      return 20_000
    case 'confirmed':
    case 'refunded':
    case 'not_paid':
    case 'expired':
      return null
  }
}
