import { z } from 'zod'
import { isStorableText, maxTextLength } from '@/lib/outside-text'

/**
 * What we keep of Stripe's objects: the figures and names that decide about seats and money, and an email to
 * find a payment by. No card, no address, no name. Unreadable parts become null rather than an error, since
 * an event that we cannot read must still be stored.
 */

/** A text that the database can store as it is. */
const storable = z.string().refine((value) => isStorableText(value))
const text = storable.nullable().catch(null)
/** Some letters are longer as small ones, so the length counts after that. */
const email = z
  .string()
  .toLowerCase()
  .refine((value) => isStorableText(value))
  .nullable()
  .catch(null)
const cents = z.number().int().nonnegative().nullable().catch(null)

/** An id, or an expanded object that carries one. */
const reference = z
  .union([storable, z.object({ id: storable }).transform(({ id }) => id)])
  .nullable()
  .catch(null)

export const sessionFacts = z
  .object({
    id: storable,
    mode: text,
    status: text,
    payment_status: text,
    payment_intent: reference,
    amount_subtotal: cents,
    amount_total: cents,
    currency: text,
    client_reference_id: text,
    customer_details: z.object({ email }).nullable().catch(null),
    customer_email: email,
    metadata: z.record(z.string(), z.unknown()).nullable().catch(null),
  })
  .transform((session) => {
    const metadata = session.metadata ?? {}
    const given = (name: string) => readable(metadata[name])
    return {
      kind: 'session' as const,
      sessionId: session.id,
      mode: session.mode,
      status: session.status,
      paymentStatus: session.payment_status,
      paymentIntentId: session.payment_intent,
      amountSubtotal: session.amount_subtotal,
      amountTotal: session.amount_total,
      currency: session.currency,
      email: session.customer_details?.email ?? session.customer_email,
      reservationId: given('reservationId') ?? session.client_reference_id,
      /** As written in the metadata, not parsed. */
      cityId: given('cityId'),
      ticketType: given('ticketType'),
      quantity: given('quantity'),
    }
  })

export type SessionFacts = z.output<typeof sessionFacts>

export const chargeFacts = z
  .object({
    id: storable,
    payment_intent: reference,
    amount: z.number().int().nonnegative(),
    amount_refunded: z.number().int().nonnegative(),
    currency: text,
  })
  .transform((charge) => ({
    kind: 'charge' as const,
    chargeId: charge.id,
    paymentIntentId: charge.payment_intent,
    amount: charge.amount,
    amountRefunded: charge.amount_refunded,
    /** Facts that were stored before it was kept have none. */
    ...(charge.currency !== null && { currency: charge.currency }),
  }))

export type ChargeFacts = z.output<typeof chargeFacts>

export const refundFacts = z
  .object({
    id: storable,
    payment_intent: reference,
    charge: reference,
    amount: z.number().int().nonnegative(),
    // Stripe leaves it out of some refunds that are on their way.
    status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']).catch('pending'),
  })
  .transform((refund) => ({
    kind: 'refund' as const,
    refundId: refund.id,
    paymentIntentId: refund.payment_intent,
    chargeId: refund.charge,
    amount: refund.amount,
    status: refund.status,
  }))

export type RefundFacts = z.output<typeof refundFacts>

export const disputeFacts = z
  .object({
    id: storable,
    payment_intent: reference,
    charge: reference,
    amount: cents,
    currency: text,
    status: text,
    balance_transactions: z
      .array(z.object({ amount: z.number().int() }))
      .nullable()
      .catch(null),
    payment_method_details: z
      .object({ card: z.object({ case_type: text }) })
      .nullable()
      .catch(null),
  })
  .transform((dispute) => ({
    kind: 'dispute' as const,
    disputeId: dispute.id,
    paymentIntentId: dispute.payment_intent,
    chargeId: dispute.charge,
    amount: dispute.amount,
    /** The currency of `amount`. Facts that were stored before it was kept have none. */
    ...(dispute.currency !== null && { currency: dispute.currency }),
    /** `lost` also for one that was prevented at our expense. */
    status: dispute.status === 'prevented' && hasTakenMoney(dispute) ? 'lost' : dispute.status,
  }))

export type DisputeFacts = z.output<typeof disputeFacts>

export type EventFacts = SessionFacts | ChargeFacts | RefundFacts | DisputeFacts

/**
 * Whether a dispute that never became one took its money all the same: a `resolution` gives it back to the buyer, without
 * a refund. A `block` takes nothing. Where neither is said, an admin has to look.
 * https://docs.stripe.com/changelog/basil/2025-08-27/add-preventions-to-dispute
 */
function hasTakenMoney(dispute: {
  balance_transactions: readonly { amount: number }[] | null
  payment_method_details: { card: { case_type: string | null } } | null
}): boolean {
  if (dispute.payment_method_details?.card.case_type === 'resolution') return true
  return dispute.balance_transactions?.reduce((sum, { amount }) => sum + amount, 0) !== 0
}

/** Whether metadata says that its object is about our tickets. */
export function metadataIsOurs(metadata: Record<string, string> | null | undefined): boolean {
  return Boolean(metadata?.cityId || metadata?.ticketType)
}

/** Metadata as written, as far as it can be stored: unreadable parts make an exception, never an error. */
function readable(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  const clean = value.toWellFormed().replace(/(?![\t\r\n])\p{Cc}/gu, '\ufffd')
  return clean.slice(0, maxTextLength).toWellFormed()
}
