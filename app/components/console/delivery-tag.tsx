import { type StateLook, StateTag } from '@/app/components/state-tag'
import { capitalized } from '@/app/format/capitalized'
import { deliveryWords } from '@/app/format/delivery-states'
import type { DeliveryState } from '@/db/tables/alerts'

/** How far a delivery, or the worst of several, got. */
export function DeliveryTag({ state }: { state: DeliveryState | 'none' }) {
  const look = state === 'none' ? inTheLog : { ...looks[state], word: capitalized(deliveryWords[state]) }
  return <StateTag look={look} />
}

const inTheLog: StateLook = { meaning: 'plain', word: 'In the log' }

const looks: Record<DeliveryState, Omit<StateLook, 'word'>> = {
  pending: { meaning: 'info', icon: 'clock' },
  sending: { meaning: 'info', icon: 'clock' },
  sent: { meaning: 'good', icon: 'good' },
  failed: { meaning: 'bad', icon: 'bad' },
  unknown: { meaning: 'warn', icon: 'warn' },
  skipped: { meaning: 'plain' },
}
