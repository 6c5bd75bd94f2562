import type { Failure, FailureCode } from '@/app/web/envelope'
import type { AdminRefusal } from '@/lib/inventory/admin'

/** An admin's refused change as an answer. */
export function failureOf({ code, message }: AdminRefusal): Failure {
  return { code: failureCodes[code], message }
}

const failureCodes: Record<AdminRefusal['code'], FailureCode> = {
  insufficient_stock: 'insufficient_stock',
  invalid_quantity: 'invalid',
  unknown_city: 'unknown_city',
  not_on_sale: 'not_on_sale',
  hold_limit: 'hold_limit',
  live_hold: 'in_conflict',
  reservation_conflict: 'in_conflict',
  unknown_reservation: 'unknown_reservation',
  unknown_payment: 'not_found',
  payment_on_its_way: 'in_conflict',
  below_taken: 'in_conflict',
  numbers_moved: 'in_conflict',
  limit_too_high: 'in_conflict',
  nothing_to_undo: 'in_conflict',
  unclear_refund: 'in_conflict',
  refund_failed: 'in_conflict',
  already_open: 'in_conflict',
  invalid_link: 'invalid',
  link_used_up: 'insufficient_stock',
  group_rejected: 'in_conflict',
  unknown_tier: 'invalid',
  authorization_required: 'invalid',
  invalid_text: 'invalid',
  archived: 'in_conflict',
  payment_unavailable: 'payment_unavailable',
  already_paid: 'in_conflict',
  change_failed: 'change_failed',
  unchanged: 'in_conflict',
}
