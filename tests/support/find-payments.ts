import { findPaymentPage, type PaymentSummary } from '@/lib/payments/read-payments'

/** The first page of the payments that a search fits. */
export async function findPayments(search: string): Promise<PaymentSummary[]> {
  return (await findPaymentPage(search)).payments
}
