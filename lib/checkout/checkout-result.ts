export type CheckoutResult = CheckoutStarted | CheckoutFailure

export interface CheckoutStarted {
  ok: true
  sessionId: string
  /** Stripe's page. */
  url: string
  /** When the hold ends. */
  expiresAt: Date
  reservationId: string
  /** Proves to whom the hold belongs; a browser keeps it in a cookie. */
  holdToken: string
}

export interface CheckoutFailure {
  ok: false
  code:
    | 'invalid'
    | 'unknown_city'
    | 'not_on_sale'
    | 'insufficient_stock'
    | 'hold_limit'
    | 'in_conflict'
    | 'busy'
    | 'payment_unavailable'
  /** For the buyer. Never carries a hidden number. */
  message: string
  field?: 'tier' | 'quantity' | 'email' | 'cityId' | 'link'
  /** Seats that customers are shown. */
  available?: number
  /** Where a seat costs something else than the buyer was shown: the price that they are told (`shownPriceText`). */
  shownPrice?: string
  /** Of a hold that stays though its page could not be made: proves to whom it belongs. */
  holdToken?: string
}
