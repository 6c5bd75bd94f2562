import { numberFormat } from './kept-formats'

/**
 * Amounts count the currency's smallest unit as Stripe does, which is not what `Intl` or ISO 4217 say of the forint,
 * the króna and others. https://docs.stripe.com/currencies#minor-units
 */
const wholeUnits = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const thousandths = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd'])
/** Counted in hundredths, charged in whole units. https://docs.stripe.com/currencies#special-cases */
const wholeHundreds = new Set(['isk', 'ugx'])

/** Money for people: `$1,000`, `$1,000.50`. `amountCents` counts the currency's smallest unit. */
export function formatMoney(amountCents: number, currency: string): string {
  const { amount, decimals } = inMainUnit(amountCents, currency)
  const shown = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return numberFormat({ style: 'currency', currency, ...shown }).format(amount)
}

/** Money for a field: `1000`, `1000.50`. */
export function writeAmount(amountCents: number, currency: string): string {
  const { amount, decimals } = inMainUnit(amountCents, currency)
  return amount.toFixed(decimals)
}

/**
 * The reverse; null for an amount that Stripe does not take in this currency: more decimals than it has, zeros too (the
 * point of `1.500` dollars stands between thousands), or a third one that is not 0.
 *
 * @param written in the currency's main unit: digits, and a point before any decimals
 */
export function toSmallestUnit(written: string, currency: string): number | null {
  const decimals = decimalsOf(currency)
  if ((written.split('.')[1] ?? '').length > decimals) return null
  const whole = Math.round(Number(written) * 10 ** decimals)
  return whole % stepOf(currency) === 0 ? whole : null
}

/** What an amount is in the currency's main unit, and the decimals to write it with: none for a whole one. */
function inMainUnit(amountCents: number, currency: string): { amount: number; decimals: number } {
  const decimals = decimalsOf(currency)
  const amount = amountCents / 10 ** decimals
  return { amount, decimals: Number.isInteger(amount) ? 0 : decimals }
}

/** How many decimals of the main unit the smallest one is. */
function decimalsOf(currency: string): number {
  const code = currency.toLowerCase()
  if (wholeUnits.has(code)) return 0
  return thousandths.has(code) ? 3 : 2
}

/** What Stripe takes are multiples of this. */
function stepOf(currency: string): number {
  const code = currency.toLowerCase()
  if (wholeHundreds.has(code)) return 100
  return thousandths.has(code) ? 10 : 1
}
