import { z } from 'zod'
import { type LinkRefusal, mostLinkDays, mostLinkSeats } from '@/lib/links/issue-link'
import { noSuchCity } from '@/lib/no-such-city'
import { tiers } from '@/lib/tier'

const whole = (message: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,6}$/, message)
    .transform(Number)

/** The forms of the private links' page. */
export const linkForms = z.discriminatedUnion('form', [
  z.object({
    form: z.literal('issue'),
    cityId: z.string().min(1, 'Choose a city').max(64, noSuchCity),
    tier: z.enum(tiers, 'Choose GA or VIP'),
    seats: whole('Seats must be a whole number'),
    days: whole('Days must be a whole number'),
    email: z.string().trim().max(255, 'The email address has at most 255 characters'),
    note: z.string().trim().max(255, 'The note has at most 255 characters'),
  }),
  z.object({ form: z.literal('revoke'), id: z.string() }),
])

/** What to say about a link that was not issued, and beside which field. */
export const linkProblems: Record<LinkRefusal, { field: string; message: string }> = {
  unknown_city: { field: 'cityId', message: noSuchCity },
  invalid_seats: { field: 'seats', message: `A link has 1 to ${mostLinkSeats} seats` },
  invalid_email: { field: 'email', message: 'Enter an email address in the form name@example.com' },
  invalid_days: { field: 'days', message: `A link lasts 1 to ${mostLinkDays} days` },
  invalid_note: { field: 'note', message: 'The note cannot be stored' },
}
