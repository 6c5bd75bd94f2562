import { type StateLook, StateTag } from '@/app/components/state-tag'
import { saleStateWords } from '@/app/format/sale-states'
import type { SaleState } from '@/lib/cities'

/** Whether a city sells, in a word. */
export function SaleStateTag({ state, isSoldOut = false }: { state: SaleState; isSoldOut?: boolean }) {
  return <StateTag look={state === 'on_sale' && isSoldOut ? soldOut : looks[state]} />
}

const soldOut: StateLook = { meaning: 'plain', word: 'Sold out' }

const looks: Record<SaleState, StateLook> = {
  upcoming: { meaning: 'info', icon: 'clock', word: saleStateWords.upcoming },
  on_sale: { meaning: 'good', icon: 'good', word: saleStateWords.on_sale },
  paused: { meaning: 'warn', icon: 'clock', word: saleStateWords.paused },
  closed: { meaning: 'plain', word: saleStateWords.closed },
}
