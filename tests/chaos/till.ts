import type { StripeStandInControl } from '../support/stripe-stand-in'
import type { Session } from '../support/stripe-stand-in/stripe/objects'
import type { World } from './world'

/** Money as it moves at Stripe, remembered for whoever wants it back. */
export interface Till {
  /** @returns whether Stripe took it; not when the page has been closed meanwhile */
  pay: (sessionId: string, options?: Parameters<StripeStandInControl['pay']>[1]) => Promise<boolean>
  /** Payments that a buyer may want back, in order. */
  paid: Session[]
  /** Sessions whose bank debit is on its way. */
  debits: Set<string>
  /** Carries something out at Stripe that may no longer be possible. @returns null when it was not */
  attempt: <T>(act: Promise<T>) => Promise<T | null>
}

export function openTill({ shop }: World): Till {
  const { control } = shop.standIn
  const attempt = <T>(act: Promise<T>) => act.catch(() => null)
  const till: Till = {
    paid: [],
    debits: new Set(),
    attempt,
    pay: async (sessionId, options = {}) => {
      const acted = await attempt(control.pay(sessionId, options))
      if (!acted) return false
      if (acted.session.payment_status === 'unpaid') till.debits.add(sessionId)
      else till.paid.push(acted.session)
      return true
    },
  }
  return till
}
