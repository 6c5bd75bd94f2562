import { z } from 'zod'
import type { WhatWasDone } from '@/app/components/done-notice'
import { counted } from '@/lib/counted'
import { longestReason, type RefusalCode } from '@/lib/payments/resolution-result'
import { parseQuantity } from '@/lib/quantity'
import type { RepeatRefusal } from './once-form'

const written = z
  .string()
  .trim()
  .max(longestReason, `A reason has at most ${longestReason.toLocaleString('en-US')} characters`)
const reason = written.default('')
const seen = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(Number)
/** Typed by the admin, if the money does not say how many. */
const seatsToGiveBack = z.string().transform((text, context) => {
  const seats = parseQuantity(text)
  if (seats !== null) return seats
  context.addIssue('Write a whole number above 0')
  return z.NEVER
})

/** The forms of an exception's page. */
export const resolutionForm = z.discriminatedUnion('form', [
  z.object({ form: z.literal('refund'), reason, expectedRefundedCents: seen }).transform(byType),
  z.object({ form: z.literal('ask'), reason }).transform(byType),
  z.object({ form: z.literal('expand'), reason, mostAdded: seen }).transform(byType),
  z
    .object({
      form: z.literal('assign'),
      reason,
      cityId: z.string().min(1, 'Choose a city'),
      tier: z.string(),
      quantity: z.string(),
      expectedRefundedCents: seen,
    })
    .transform(byType),
  z
    .object({
      form: z.literal('restock'),
      reason,
      expectedDisputes: seen,
      expectedRefundedCents: seen.optional(),
      expectedSeats: seen.optional(),
      seats: seatsToGiveBack.optional(),
    })
    .refine(({ expectedSeats, seats }) => (expectedSeats ?? seats) !== undefined, 'Say how many seats')
    .transform(byType),
  z
    .object({
      form: z.literal('dismiss'),
      expectedRefundedCents: seen,
      expectedDisputes: seen,
      reason: written.min(1, 'Say why'),
    })
    .transform(byType),
])

/** A form is named by its button, what it asks for by its type. */
function byType<Type extends string, Rest extends object>({ form: type, ...rest }: { form: Type } & Rest) {
  return { type, ...rest }
}

const named: ReadonlySet<string> = new Set<z.output<typeof resolutionForm>['type']>([
  'refund',
  'ask',
  'expand',
  'assign',
  'restock',
  'dismiss',
])

/** How the audit log names the attempt that a form of an exception's page was, also where it is none of its forms. */
export function attemptedResolution(form: string): string {
  return `exception.${named.has(form) ? form : 'resolve'}`
}

/** What to say once it is done. */
export const resolutionReports = {
  refunded: 'The money was sent back, and the exception is closed',
  refund_pending: 'The refund is on its way; Stripe’s news will follow',
  undecided: 'No refund is on its way any more: it has failed, or was a part only',
  expanded: 'Seats were added and given to the payment',
  assigned: 'The payment has its seats',
  restocked: 'Its seats are given back, and the exception is closed',
  dismissed: 'The exception is closed as it was',
  paid: 'Stripe knows the payment by now: the seats stay sold, and the exception is closed',
  settled: 'It had been settled already; the exception is closed',
} as const

/** What to say of the other exceptions once one is decided. */
export function stillToDecide(waiting: number): Pick<WhatWasDone, 'text' | 'next'> {
  if (waiting === 0) return { text: 'No other payment needs a decision.' }
  const text = `${counted(waiting, 'more payment')} ${waiting === 1 ? 'needs' : 'need'} a decision`
  return { next: { to: '/admin/exceptions', text } }
}

/** Titles of refusals after which something may have changed all the same. */
export const refusalTitles: Partial<Record<RefusalCode | RepeatRefusal, string>> = {
  in_progress: 'Nothing more was done',
  being_resolved: 'Nothing more was done',
  already_resolved: 'Nothing more was done',
  payment_unavailable: 'It is not closed yet',
  refund_refused: 'It is not closed yet',
}
