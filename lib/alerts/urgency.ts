import type { AlertKind, AlertLevel } from '@/db/tables/alerts'
import { isMild } from './levels'

/** Whether an alert overtakes the others on its channel: all but those that are mild, or tell of what an admin just did. */
export function isUrgent({ kind, level }: { kind: AlertKind; level: AlertLevel | null }): boolean {
  return !isMild(level) && !isOfAnAdmin[kind]
}

const isOfAnAdmin: Record<AlertKind, boolean> = {
  threshold: false,
  sold_out: false,
  public_sell_out: false,
  expansion: true,
  reset: true,
  exception: false,
  not_reconciled: false,
  dead_letter: false,
  payment_page: false,
  audit: false,
  manual: true,
  test: true,
}
