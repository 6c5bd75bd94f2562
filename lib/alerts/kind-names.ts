import type { AlertKind } from '@/db/tables/alerts'

/** What each kind of alert is called in the console. */
export const alertKindNames: Record<AlertKind, string> = {
  threshold: 'Low stock',
  sold_out: 'Sold out',
  public_sell_out: 'Public seats sold out',
  expansion: 'Seats added',
  reset: 'Reset',
  exception: 'Exception',
  not_reconciled: 'Not applied',
  dead_letter: 'Failed job',
  payment_page: 'Payment page refused',
  audit: 'Audit',
  manual: 'Message',
  test: 'Test',
}
