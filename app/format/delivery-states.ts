import type { DeliveryState } from '@/db/tables/alerts'

/** How far a delivery got, in words. */
export const deliveryWords: Record<DeliveryState, string> = {
  pending: 'waiting',
  sending: 'being sent',
  sent: 'sent',
  failed: 'failed',
  unknown: 'unclear',
  skipped: 'skipped',
}
