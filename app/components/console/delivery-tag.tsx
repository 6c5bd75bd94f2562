import { StatusTag } from '@/app/components/status-tag'
import type { DeliveryState } from '@/db/schema'

/** How far a delivery, or the worst of several, got. */
export function DeliveryTag({ state }: { state: DeliveryState | 'none' }) {
  switch (state) {
    case 'none':
      return <StatusTag meaning="plain">In the log</StatusTag>
    case 'pending':
      return (
        <StatusTag meaning="info" icon="clock">
          Waits
        </StatusTag>
      )
    case 'sending':
      return (
        <StatusTag meaning="info" icon="clock">
          Being sent
        </StatusTag>
      )
    case 'sent':
      return (
        <StatusTag meaning="good" icon="good">
          Sent
        </StatusTag>
      )
    case 'failed':
      return (
        <StatusTag meaning="bad" icon="bad">
          Failed
        </StatusTag>
      )
    case 'unknown':
      return (
        <StatusTag meaning="warn" icon="warn">
          Unclear
        </StatusTag>
      )
    case 'skipped':
      return <StatusTag meaning="plain">Skipped</StatusTag>
  }
}
