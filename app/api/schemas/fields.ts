import { z } from 'zod'
import { isStorableText, maxTextLength, unstorable } from '@/lib/outside-text'
import { checkoutQuantity, expansionQuantity, parseQuantity } from '@/lib/quantity'
import { parseTier } from '@/lib/tier'

/** The fields that calls are made of. Words of an error name the field and say what it takes. */

export const cityId = z
  .string({ error: noText('cityId') })
  .max(maxTextLength, 'cityId is too long')
  .meta({ description: 'A workshop, such as `dallas-jan-2026`.', examples: ['dallas-jan-2026'] })

export const tier = tierNamed('tier')

/** In any case, blanks around it ignored. */
export function tierNamed(name: string) {
  const message = `${name} must be ga or vip`
  return z
    .string(message)
    .transform((text, context) => {
      const known = parseTier(text)
      if (known) return known
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .meta({ description: '`ga` or `vip`, in any case.', examples: ['ga'] })
}

/** Of what is done to a whole city. Passed over in silence, a tier would let a caller lose the other one, too. */
export const noTier = z
  .null('tier cannot be given: a reset is of the whole city')
  .optional()
  .meta({ description: 'Not to be given: a reset is of the whole city. Any tier is refused.' })

const { min, max } = checkoutQuantity
const tickets = `quantity must be a whole number from ${min} to ${max}`

/** In a body a quantity is a number. */
export const quantity = z
  .number(tickets)
  .int(tickets)
  .min(min, tickets)
  .max(max, tickets)
  .meta({ description: 'Tickets.', examples: [2] })

/** In an address it is plain digits: no sign, exponent, fraction or leading zero. */
export const quantityText = z
  .string(tickets)
  .transform((text, context) => {
    const whole = parseQuantity(text)
    if (whole !== null && whole <= max) return whole
    context.addIssue({ code: 'custom', message: tickets })
    return z.NEVER
  })
  .meta({ description: `Tickets: plain digits, ${min} to ${max}.`, examples: ['2'] })

export const additionalSpots = z
  .number('additionalSpots must be a whole number')
  .int('additionalSpots must be a whole number')
  .min(1, 'Additional spots must be positive')
  .max(expansionQuantity.max, `additionalSpots must be at most ${expansionQuantity.max}`)
  .meta({ description: 'Hidden seats to add.', examples: [5] })

/** @param work as in `Authorization required for inventory expansion` */
export function authorizedBy(work: string) {
  const missing = `Authorization required for ${work}`
  return z
    .string(missing)
    .max(maxTextLength, unstorable('authorizedBy'))
    .refine((text) => text.trim() !== '', missing)
    .refine(isBlankOrStorable, unstorable('authorizedBy'))
    .meta({
      description: 'Who answers for it, recorded as given beside who is signed in.',
      examples: ['Dana'],
    })
}

export const reason = z
  .string({ error: noText('reason') })
  .max(maxTextLength, unstorable('reason'))
  .refine(isBlankOrStorable, unstorable('reason'))
  .meta({ description: 'Why, for the record.', examples: ['A second room was opened'] })

/** `true` or `false`. */
export function flag(name: string) {
  return z.enum(['true', 'false'], `${name} must be true or false`).transform((text) => text === 'true')
}

/** Rows of a page. */
export const pageSize = z
  .string()
  .regex(/^([1-9][0-9]?|[1-4][0-9]{2}|500)$/, 'limit must be a whole number from 1 to 500')
  .transform(Number)
  .meta({ description: 'Rows of a page at most, 1 to 500.', examples: ['50'] })

/** Where a page of a list ended; opaque to callers. */
export function cursor(name: string) {
  return z
    .string()
    .max(maxTextLength, `${name} is too long`)
    .meta({ description: '`nextCursor` of the page before.' })
}

export const moment = z.iso.datetime().meta({ examples: ['2026-01-26T15:00:00.000Z'] })

/** What is said of a text that is not there, or is none. */
function noText(name: string) {
  return ({ input }: { input?: unknown }) =>
    `${name} ${input === undefined ? 'is missing' : 'must be a text'}`
}

function isBlankOrStorable(text: string): boolean {
  return text.trim() === '' || isStorableText(text)
}
