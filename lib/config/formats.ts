import { isIP } from 'node:net'
import { z } from 'zod'
import { maxTextLength } from '@/lib/outside-text'
import { senderAddress } from '@/lib/sender-address'

/** How single variables are written. Messages never repeat the value: it may be a secret. */

export const postgresUrl = z
  .string('is missing')
  .refine((value) => hasScheme(value, ['postgres:', 'postgresql:']), {
    error: 'must be a postgres:// address',
  })

export const smtpUrl = z.string().refine((value) => hasScheme(value, ['smtp:', 'smtps:']), {
  error: 'must be an smtp:// or smtps:// address',
})

/** An http(s) address, kept without a trailing slash. */
export const httpUrl = z
  .string()
  .refine((value) => hasScheme(value, ['http:', 'https:']), {
    error: 'must be an http:// or https:// address',
  })
  .transform((value) => value.replace(/\/+$/, ''))

/** The origin that customers use; one trailing slash is left out. Links are made of it, and passkeys belong to it. */
export const publicOrigin = z
  .string()
  .refine((value) => hasScheme(value, ['http:', 'https:']) && hasOriginOnly(value), {
    error: 'must be an origin such as https://tickets.example.com, without a path, query or credentials',
  })
  .transform((value) => new URL(value).origin)

export const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port number from 0 to 65535' })
  .transform(Number)
  .refine((value) => value <= 65_535, { error: 'must be a port number from 0 to 65535' })

/** 1 to 999,999. */
export function wholeNumber(unit: string) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}$/, { error: `must be a whole number of ${unit} from 1 to 999999` })
    .transform(Number)
}

/** `off`, or a whole number of seats. */
export const optionalLimit = z
  .string()
  .regex(/^(off|[1-9]\d{0,5})$/, { error: 'must be off or a whole number of seats from 1 to 999999' })
  .transform((value) => (value === 'off' ? undefined : Number(value)))

/** Comma-separated values, at least one. */
export function list(error: string) {
  return z
    .string('is missing')
    .transform(split)
    .transform((values, context): readonly [string, ...string[]] => {
      const [first, ...rest] = values
      if (first !== undefined) return [first, ...rest]
      context.addIssue({ code: 'custom', message: error })
      return z.NEVER
    })
}

/** Of a list that is set though it may be left out: a lone comma would switch something off without a word. */
export function atLeastOne(values: readonly string[]): boolean {
  return values.length > 0
}

/** One email address, with or without a name; kept as it is written, since nodemailer reads it by the same rule. */
export const mailSender = z.string().refine((value) => senderAddress(value) !== undefined, {
  error: 'must hold an email address',
})

/**
 * What Twilio sends from: a phone number, a short code, a sender id, a messaging service, or another channel's address
 * (https://www.twilio.com/docs/errors/21603). A number with a + is passed on in E.164 form, as Twilio wants it. One
 * without is passed on as it is written: Twilio itself reads those of the United States and Canada, whatever is between
 * their digits (https://www.twilio.com/docs/errors/21212), and a + of ours could make it another country's.
 */
export const twilioSender = z
  .string()
  .transform((value) => {
    const number = withoutSeparators(value)
    return number.startsWith('+') && isPhoneNumber(number) ? number : value
  })
  .refine(
    (value) =>
      isPhoneNumber(withoutSeparators(value)) ||
      /^(\d{3,8}|MG[0-9a-fA-F]{32}|[a-z]+:\S+)$/.test(value) ||
      // https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
      (/^[A-Za-z0-9 +\-_&]{1,11}$/.test(value) && /[A-Za-z]/.test(value)),
    {
      error:
        'must be a phone number such as +12145550100, a short code, a messaging service (MG...) or a sender id of at most 11 letters, digits, spaces and +-_&',
    },
  )

/** Comma-separated phone numbers in E.164 form; may be none. */
export const phoneList = z
  .string()
  .transform(split)
  .refine((phones) => phones.every((phone) => /^\+[1-9]\d{6,14}$/.test(phone)), {
    error: 'must hold phone numbers such as +12145550100, comma separated',
  })

/** One email address and nothing else, as a `mailto:` link takes it. */
export const oneAddress = z.email({ error: 'must be one email address' })

const storedAddress = z.email().max(maxTextLength)

/** Comma-separated email addresses, each so short that it can be stored; may be none. */
export const addressList = z
  .string()
  .transform(split)
  .refine((addresses) => addresses.every((address) => storedAddress.safeParse(address).success), {
    error: `must hold email addresses of at most ${maxTextLength} characters, comma separated`,
  })

/** Comma-separated origins such as `https://www.example.com`, at least one. */
export const originList = z
  .string()
  .transform(split)
  .refine((origins) => origins.length > 0 && origins.every(isOrigin), {
    error: 'must hold origins such as https://www.example.com, comma separated',
  })

/** `none`, a number of hops, or addresses, subnets and Express's names for private ranges. */
export const trustedProxies = z.string().transform((value, context): false | number | string[] => {
  if (value === 'none') return false
  if (/^[1-9]\d?$/.test(value)) return Number(value)
  const proxies = split(value)
  if (proxies.length > 0 && proxies.every(isProxy)) return proxies
  context.addIssue({
    code: 'custom',
    message: 'must be none, a number of proxies, or a comma-separated list of addresses and subnets',
  })
  return z.NEVER
})

/** The limits that there are; `app/web/rate-limits` says what each is for and its default. */
export const rateLimitNames = ['read', 'validation', 'checkout', 'sign-in', 'token'] as const
export type RateLimitName = (typeof rateLimitNames)[number]

/** `checkout=30/60,read=off`: requests per seconds for each named limit. */
export const rateLimits = z.string().transform((value, context) => {
  const limits = new Map<RateLimitName, { points: number; seconds: number } | undefined>()
  const parts = split(value)
  // Nothing at all is badly written, too.
  for (const part of parts.length > 0 ? parts : ['']) {
    const match = /^([a-z][a-z-]*)=(?:(off)|([1-9]\d*)\/([1-9]\d*))$/.exec(part)
    const [, written, off, points, seconds] = match ?? []
    const name = rateLimitNames.find((known) => known === written)
    if (name === undefined) {
      context.addIssue({
        code: 'custom',
        message: `must look like checkout=30/60,read=off (requests/seconds), with names of ${rateLimitNames.join(', ')}`,
      })
      return z.NEVER
    }
    limits.set(name, off ? undefined : { points: Number(points), seconds: Number(seconds) })
  }
  return limits
})

function split(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** In E.164 form, or its digits without a country's code. */
function isPhoneNumber(value: string): boolean {
  return /^(\+[1-9]\d{6,14}|\d{7,15})$/.test(value)
}

function withoutSeparators(number: string): string {
  return number.replace(/[\s().-]/g, '')
}

function hasScheme(value: string, schemes: string[]): boolean {
  return URL.canParse(value) && schemes.includes(new URL(value).protocol)
}

function hasOriginOnly(value: string): boolean {
  const { href, origin } = new URL(value)
  return href === `${origin}/`
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value && hasScheme(value, ['http:', 'https:'])
}

function isProxy(value: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
