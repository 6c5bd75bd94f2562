import { formatDays, formatMoment, isPast } from '@/app/format/dates'
import { minutesInWords } from '@/app/format/minutes'
import { canBuy, tierState } from '@/app/format/seats'
import { wallClock } from '@/app/format/wall-clock'
import type { StockView } from '@/app/web/stock/live-stock'
import type { PublicStock } from '@/app/web/stock/public-answer'
import { findLiveHold, type MyHold } from '@/lib/checkout/my-hold'
import type { City, SaleState } from '@/lib/cities'
import { tiers, type PerTier, perTier, type Tier } from '@/lib/tier'
import { lastSeats, presentPrice } from './city-list'
import { type LinkOnPage, presentLink } from './private-link'

/** The visitor's own seats in this city, waiting to be paid, or for news of a payment made at the last moment. */
export interface OwnHold {
  reservationId: string
  cityId: string
  tier: Tier
  quantity: number
  /** `2:32 PM CST` */
  until: string
  /** The same moment, for a browser that knows another clock than the city's. */
  endsAt: Date
  /** What the city's clock shows then: `2026-01-17 14:32`. */
  cityClock: string
  /** Whole seconds until then; 0 once the time is over: a payment may still arrive, but none is to be begun. */
  secondsLeft: number
  /** Where to pay; null while the payment page is being made, and when the time is over. */
  payUrl: string | null
}

export interface TicketPage {
  city: {
    id: string
    name: string
    venue: string
    address: string
    days: string
    isPast: boolean
    saleState: SaleState
    /** How long its seats are held: `15 minutes`. */
    heldFor: string
  }
  prices: PerTier<{ amountCents: number; currency: string }>
  hasLastSeats: PerTier<boolean>
  stock: PublicStock
  hold: OwnHold | null
  /** Seats of that hold, while an order of this page can change it: what a private link gave needs the same link. */
  own: PerTier<number>
  /** The private link that the visitor came by. */
  link: LinkOnPage | null
  /** Where else there are seats, for a visitor who finds none here. */
  elsewhere: { id: string; name: string; days: string }[]
}

export interface TicketPageRequest {
  cityId: string
  visitorToken: string | null
  now: Date
  linkToken?: string | null
}

/** All that a ticket page shows; null for a city that does not exist. */
export async function presentTicketPage(
  view: StockView,
  { cityId, visitorToken, now, linkToken = null }: TicketPageRequest,
): Promise<TicketPage | null> {
  const city = view.city(cityId)
  const stock = view.stock(cityId)
  if (!city || !stock) return null
  const hold = await findLiveHold({ cityId, visitorToken })
  const live = hold && hold.secondsLeft > 0 ? hold : null
  const link = await presentLink(city, { token: linkToken, hold: live, now })
  const { ownSeats = 0, seatsLeft = 0 } = link?.state === 'open' ? link : {}
  return {
    city: {
      id: city.id,
      name: city.name,
      venue: city.venue,
      address: city.address,
      days: formatDays(city.startsOn, city.endsOn),
      isPast: isPast(city.endsOn, city.timeZone, now),
      saleState: city.saleState,
      heldFor: minutesInWords(city.holdMinutes),
    },
    prices: perTier((tier) => presentPrice(city.prices[tier])),
    hasLastSeats: {
      ...lastSeats(view, cityId),
      ...(link?.state === 'open' && seatsLeft > ownSeats && { [link.tier]: true }),
    },
    stock,
    hold: hold && asOwnHold(city, hold, now),
    own: { ga: 0, vip: 0, ...(live && { [live.tier]: live.linkId === null ? live.quantity : ownSeats }) },
    link,
    elsewhere: view.cities
      .filter(
        (other) => other.id !== cityId && !isPast(other.endsOn, other.timeZone, now) && hasSeats(view, other),
      )
      .slice(0, 5)
      .map(({ id, name, startsOn, endsOn }) => ({ id, name, days: formatDays(startsOn, endsOn) })),
  }
}

/** The visitor's hold in a city, if there is one. */
export async function presentHold(
  city: City,
  visitorToken: string | null,
  now: Date,
): Promise<OwnHold | null> {
  if (!visitorToken) return null
  const hold = await findLiveHold({ cityId: city.id, visitorToken })
  return hold && asOwnHold(city, hold, now)
}

/** @param city where the seats are */
export function asOwnHold(city: City, hold: MyHold, now: Date): OwnHold {
  const { reservationId, tier, quantity, expiresAt, secondsLeft, url } = hold
  return {
    reservationId,
    cityId: city.id,
    tier,
    quantity,
    until: formatMoment(expiresAt, city.timeZone, now),
    endsAt: expiresAt,
    cityClock: wallClock(expiresAt, city.timeZone),
    secondsLeft,
    payUrl: secondsLeft > 0 ? url : null,
  }
}

function hasSeats(view: StockView, { id, saleState }: City): boolean {
  const stock = view.stock(id)
  return tiers.some((tier) =>
    canBuy(
      tierState({
        saleState,
        left: stock?.publicAvailable[tier] ?? 0,
        hasLastSeats: view.hasLastSeats(id, tier),
        isSoldOut: stock?.isPublicSoldOut ?? false,
      }),
    ),
  )
}
