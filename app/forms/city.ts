import { tiers } from '@/lib/tier'

/** The fields of a city's form, as the schemas of `lib/cities/city-input` want them; not yet checked. */
export function readCityFields(form: URLSearchParams): Record<string, unknown> {
  const text = (name: string) => form.get(name) ?? ''
  return {
    name: text('name'),
    venue: text('venue'),
    address: text('address'),
    timeZone: text('timeZone'),
    startsOn: text('startsOn'),
    endsOn: text('endsOn'),
    holdMinutes: text('holdMinutes'),
    prices: Object.fromEntries(
      tiers.map((tier) => [
        tier,
        {
          amountCents: text(`${tier}-amount`),
          currency: text(`${tier}-currency`),
          stripePriceId: text(`${tier}-stripePriceId`),
        },
      ]),
    ),
  }
}

/** The same for a new city. */
export function readNewCityFields(form: URLSearchParams): Record<string, unknown> {
  return {
    id: form.get('id') ?? '',
    saleState: form.get('saleState'),
    publicLimits: { ga: form.get('ga-limit') ?? '', vip: form.get('vip-limit') ?? '' },
    details: readCityFields(form),
  }
}
