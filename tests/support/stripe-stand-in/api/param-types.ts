import { z } from 'zod'

/**
 * Kinds of parameters, all strings on the wire, with Stripe's error codes in `params.code`.
 * They say no wherever Stripe says no, so that a mistake fails in a test and not in production.
 */

export const text = z.string().min(1)

export function textUpTo(max: number) {
  return text.superRefine((value, ctx) => {
    if (value.length <= max) return
    ctx.addIssue({ code: 'custom', message: `Invalid string: must be at most ${max} characters` })
  })
}

export const bool = z.enum(['true', 'false']).transform((value) => value === 'true')

/** A whole number not below `min`. */
export function integer(min: number) {
  return z.string().transform((value, ctx) => {
    const parsed = Number(value)
    if (/^-?\d{1,12}$/.test(value) && parsed >= min) return parsed
    const kind = min > 0 ? 'positive integer' : min === 0 ? 'non-negative integer' : 'integer'
    ctx.addIssue({
      code: 'custom',
      message: `Invalid ${kind}: ${value}`,
      params: { code: 'parameter_invalid_integer' },
    })
    return z.NEVER
  })
}

export const timestamp = integer(0)

export const currency = z
  .string()
  .regex(/^[a-zA-Z]{3}$/, 'Invalid currency')
  .toLowerCase()

export const email = textUpTo(800).superRefine((value, ctx) => {
  if (/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value)) return
  ctx.addIssue({
    code: 'custom',
    message: `Invalid email address: ${value}`,
    params: { code: 'email_invalid' },
  })
})

export const url = textUpTo(5000).superRefine((value, ctx) => {
  if (/^https?:\/\/[^\s]+$/.test(value) && URL.canParse(value)) return
  ctx.addIssue({ code: 'custom', message: 'Not a valid URL', params: { code: 'url_invalid' } })
})

/** https://docs.stripe.com/api/metadata: 50 keys, of up to 40 characters, values of up to 500. */
export const metadata = z
  .union([z.literal(''), z.record(z.string(), z.string())])
  .transform((value) => (value === '' ? {} : value))
  .superRefine((value, ctx) => {
    const entries = Object.entries(value)
    const refuse = (message: string, path: string[] = []) => ctx.addIssue({ code: 'custom', message, path })
    if (entries.length > 50) refuse(`You can have up to 50 metadata keys, but you gave ${entries.length}.`)
    for (const [key, content] of entries) {
      if (key.length > 40)
        refuse(`Metadata keys can have up to 40 characters, but one has ${key.length}.`, [key])
      if (content.length > 500) {
        refuse(`Metadata values can have up to 500 characters, but you passed in ${content.length}.`, [key])
      }
    }
  })
  .transform((value) => Object.fromEntries(Object.entries(value).filter(([, content]) => content !== '')))

const range = z.strictObject({
  gt: timestamp.optional(),
  gte: timestamp.optional(),
  lt: timestamp.optional(),
  lte: timestamp.optional(),
})

/** `created=…` or `created[gte]=…`. */
export const created = z.union([timestamp.transform((at) => ({ gte: at, lte: at })), range]).optional()

export type CreatedRange = z.output<typeof range>

/** What every list takes. */
export const paging = {
  limit: integer(1).optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
}
