import { numberFormat } from './kept-formats'

/** Money for people: `$1,000`, `$1,000.50`. `amountCents` counts the currency's smallest unit. */
export function formatMoney(amountCents: number, currency: string): string {
  const format = numberFormat({ style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  const amount = amountCents / 10 ** digits
  if (!Number.isInteger(amount)) return format.format(amount)
  return numberFormat({ style: 'currency', currency, maximumFractionDigits: 0 }).format(amount)
}
