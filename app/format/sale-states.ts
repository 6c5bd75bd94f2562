import type { SaleState } from '@/lib/cities'

/** How the console calls them. */
export const saleStateWords: Record<SaleState, string> = {
  upcoming: 'Not on sale yet',
  on_sale: 'On sale',
  paused: 'Paused',
  closed: 'Closed',
}
