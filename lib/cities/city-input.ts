import { z } from 'zod'
import type { SaleState } from '@/db/tables/cities'
import { holdMinutes } from '@/lib/hold-minutes'
import { highestLimit } from '@/lib/inventory/decide/limits'
import { formatMoney, toSmallestUnit } from '@/lib/money'
import { isStorableText } from '@/lib/outside-text'
import { type Tier, tierLabel } from '@/lib/tier'
import { timeZoneName } from '@/lib/time-zone'

/** Eight digits, whatever the currency. https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const mostCents = 99_999_999

/** Nearly Stripe's list, by their small letters: a typing error shows here, not to buyers. */
const currencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

const saleStates = ['upcoming', 'on_sale', 'paused', 'closed'] as const satisfies readonly SaleState[]

/** A city's id is part of addresses and of Stripe's metadata, and never changes. */
export const cityId = z
  .string()
  .max(64, 'An id has at most 64 characters')
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'An id is made of small letters, digits and single hyphens: dallas-jan-2026',
  )

/** What `app/routes.ts` has where others have a city's id: such a city's own page could never be opened. */
const addresses: readonly string[] = ['new', 'stream']

const newCityId = cityId.refine((id) => !addresses.includes(id), {
  error: `An id cannot be ${addresses.join(' or ')}: these are addresses of their own`,
})

/** @param name as a message names the field: `The venue` */
const text = (name: string) =>
  z
    .string()
    .trim()
    .max(255, { error: `${name} has at most 255 characters`, abort: true })
    .refine((value) => value === '' || isStorableText(value), `${name} cannot be stored`)

/** Of our time: PostgreSQL knows no year 0, and JavaScript writes years of five digits in another way. */
const day = (name: string) =>
  z.iso
    .date({ error: `${name} must look like 2026-01-17`, abort: true })
    .refine((date) => date >= '2000-01-01' && date <= '2999-12-31', `${name} must be between 2000 and 2999`)

/** `1,500` or `1500.50`, in the currency's main unit. */
const amount = (tier: Tier) =>
  z
    .string()
    .trim()
    .regex(
      /^\d{1,3}(,?\d{3}){0,2}(\.\d{1,3})?$/,
      `The ${tierLabel(tier)} price must look like 1500 or 1500.50`,
    )
    .transform((written) => written.replaceAll(',', ''))

/** What an admin may change of a city, as a form sends it. */
export const cityDetails = z
  .object({
    name: text('The name').min(1, 'Give the city a name'),
    venue: text('The venue'),
    address: text('The address'),
    timeZone: timeZoneName,
    startsOn: day('The first day'),
    endsOn: day('The last day'),
    holdMinutes: wholeText(
      holdMinutes.min,
      holdMinutes.max,
      `Seats are held for ${holdMinutes.min} to ${holdMinutes.max} minutes`,
    ),
    prices: z.object({ ga: price('ga'), vip: price('vip') }),
  })
  .refine(({ startsOn, endsOn }) => endsOn >= startsOn, {
    error: 'It cannot end before it starts',
    path: ['endsOn'],
  })

export type CityDetails = z.output<typeof cityDetails>

const publicLimit = (tier: Tier) =>
  wholeText(
    0,
    highestLimit,
    `The public ${tierLabel(tier)} limit must be a whole number from 0 to ${highestLimit}`,
  )

export const newCity = z.object({
  id: newCityId,
  details: cityDetails,
  saleState: z.enum(saleStates),
  publicLimits: z.object({ ga: publicLimit('ga'), vip: publicLimit('vip') }),
})

export type NewCity = z.output<typeof newCity>

function wholeText(least: number, most: number, message: string) {
  return z
    .string()
    .trim()
    .regex(/^\d{1,7}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message)
}

function price(tier: Tier) {
  return z
    .object({
      amountCents: amount(tier),
      currency: z
        .string()
        .trim()
        .toLowerCase()
        .refine(
          (code) => currencies.has(code),
          `The ${tierLabel(tier)} currency must be one that exists, such as usd`,
        ),
      stripePriceId: z
        .string()
        .trim()
        .regex(/^(price_[A-Za-z0-9]{1,200})?$/, `The ${tierLabel(tier)} price at Stripe begins with price_`)
        .transform((id) => (id === '' ? null : id)),
    })
    .transform((written, context) => {
      const { currency } = written
      const amountCents = toSmallestUnit(written.amountCents, currency)
      if (amountCents !== null && amountCents <= mostCents) return { ...written, amountCents }
      const looks = toSmallestUnit('0.5', currency) === null ? '1500' : '1500 or 1500.50'
      const message =
        amountCents === null
          ? `The ${tierLabel(tier)} price in ${currency.toUpperCase()} must look like ${looks}`
          : `The ${tierLabel(tier)} price is at most ${formatMoney(mostCents, currency)}: Stripe takes no more`
      context.addIssue({ code: 'custom', message, path: ['amountCents'] })
      return z.NEVER
    })
}
