import { z } from 'zod'
import { refusal } from '@/lib/inventory/admin/result'

/** One number that the admin saw, as the page sent it along. Null where it did not: nothing may stand in for it. */
export function readExpected(form: URLSearchParams): number | null {
  return whole.safeParse(form.get('expected')).data ?? null
}

/** The same for the numbers of a public limit: public limit, actual limit, and the seats sold or held. */
export function readExpectedLimits(form: URLSearchParams): [number, number, number] | null {
  return limits.safeParse(form.get('expected')?.split(' ')).data ?? null
}

/** What is said where there is none. Only a form that is not the page's own lacks it. */
export const noExpected = refusal(
  'invalid_text',
  'The field “expected” does not say what you saw. Load this page again',
)

const whole = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,6})$/)
  .transform(Number)
const limits = z.tuple([whole, whole, whole])
