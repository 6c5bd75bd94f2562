import { StatusTag } from '@/app/components/status-tag'
import type { SaleState } from '@/lib/cities'

/** Whether a city sells, in a word. */
export function SaleStateTag({ state, isSoldOut = false }: { state: SaleState; isSoldOut?: boolean }) {
  switch (state) {
    case 'upcoming':
      return (
        <StatusTag meaning="info" icon="clock">
          Not on sale yet
        </StatusTag>
      )
    case 'paused':
      return (
        <StatusTag meaning="warn" icon="clock">
          Paused
        </StatusTag>
      )
    case 'closed':
      return <StatusTag meaning="plain">Closed</StatusTag>
    case 'on_sale':
      return isSoldOut ? (
        <StatusTag meaning="plain">Sold out</StatusTag>
      ) : (
        <StatusTag meaning="good" icon="good">
          On sale
        </StatusTag>
      )
  }
}
