import { type StateLook, StateTag } from '@/app/components/state-tag'
import type { DeliveryState } from '@/db/tables/alerts'

/** How far a delivery, or the worst of several, got. */
export function DeliveryTag({ state }: { state: DeliveryState | 'none' }) {
  return <StateTag look={looks[state]} />
}

const looks: Record<DeliveryState | 'none', StateLook> = {
  none: { meaning: 'plain', word: 'In the log' },
  pending: { meaning: 'info', icon: 'clock', word: 'Waits' },
  sending: { meaning: 'info', icon: 'clock', word: 'Being sent' },
  sent: { meaning: 'good', icon: 'good', word: 'Sent' },
  failed: { meaning: 'bad', icon: 'bad', word: 'Failed' },
  unknown: { meaning: 'warn', icon: 'warn', word: 'Unclear' },
  skipped: { meaning: 'plain', word: 'Skipped' },
}
