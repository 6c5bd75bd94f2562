import type { Alert } from './alert'

/** A page of the console. */
export interface ConsolePage {
  /** From the origin on. */
  path: string
  name: string
}

/** Where something can be done about an alert; its own page where there is nothing to do. Pure. */
export function consolePageOf(
  alert: Pick<Alert, 'id' | 'kind' | 'cityId' | 'exceptionId' | 'paymentId'>,
): ConsolePage {
  switch (alert.kind) {
    case 'exception':
      return pageOfMoney(alert)
    case 'not_reconciled':
      // Nothing waits among the exceptions, and there may be no payment yet: its events are found all the same.
      return {
        path: `/admin/payments?search=${encodeURIComponent(alert.paymentId ?? '')}`,
        name: 'The payments',
      }
    case 'dead_letter':
      return { path: '/admin/queues', name: 'The queues' }
    case 'payment_page':
      // Where its prices at Stripe are.
      return {
        path: `/admin/settings/cities/${encodeURIComponent(alert.cityId ?? '')}`,
        name: 'The settings',
      }
    case 'audit':
      return { path: '/admin/audits?show=differences', name: 'The audits' }
    case 'threshold':
    case 'sold_out':
    case 'public_sell_out':
    case 'expansion':
    case 'reset':
    case 'manual':
    case 'test':
      break
  }
  // About stock, or a person's words; or of a kind that only a later release knows, which takes over just now.
  return alert.cityId === null
    ? { path: `/admin/alerts/${alert.id}`, name: 'The alert' }
    : { path: `/admin/cities/${encodeURIComponent(alert.cityId)}`, name: 'The city' }
}

/** Never the city: it is what a payment names, and may be none of ours. */
function pageOfMoney({ exceptionId, paymentId }: Pick<Alert, 'exceptionId' | 'paymentId'>): ConsolePage {
  if (exceptionId !== null) return { path: `/admin/exceptions/${exceptionId}`, name: 'The exception' }
  if (paymentId !== null)
    return { path: `/admin/payments/${encodeURIComponent(paymentId)}`, name: 'The payment' }
  return { path: '/admin/exceptions', name: 'The exceptions' }
}
