import { sql } from 'kysely'
import { csvFile } from '@/lib/csv'
import { database } from '@/lib/database'
import { refundedCents } from '@/lib/inventory/payment-columns'
import { writeAmount } from '@/lib/money'
import type { Tier } from '@/lib/tier'

/** A payment that has seats of a city now. Amounts in the currency's smallest unit, seats in seats. */
interface Buyer {
  paymentId: string
  sessionId: string | null
  email: string | null
  tier: Tier
  seatsSold: number
  seatsReturned: number
  amountCents: number | null
  /** The sum of the succeeded refunds. */
  refundedCents: number
  currency: string | null
  soldAt: Date | null
}

/** Payments fetched at a time. */
const chunkPayments = 1_000

/**
 * Who has seats of a city as CSV (RFC 4180), GA before VIP and in order of sale, with a head line, in pieces of many
 * lines: a line for each payment with seats that count now. `seats` are those that it still has, `seatsGivenBack` those
 * that it had besides; `amount` and `refunded` are in the currency's main unit, `soldAt` in UTC.
 */
export function buyersCsv(cityId: string): AsyncGenerator<string> {
  return csvFile(csvColumns, buyersOf(cityId), csvFields)
}

async function* buyersOf(cityId: string): AsyncGenerator<Buyer[]> {
  const ids = await seatedIds(cityId)
  for (let done = 0; done < ids.length; done += chunkPayments)
    yield readBuyers(cityId, ids.slice(done, done + chunkPayments))
}

/**
 * All ids at once, in order: a city has no more payments than seats, and reading them in pieces would sort the
 * whole city for each piece. Index: payments_by_pool_and_seats, which also leaves out payments without a seat.
 */
async function seatedIds(cityId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select p.id from payments p
    join inventory i on i.city_id = p.city_id and i.tier = p.tier and i.epoch = p.epoch
    where ${hasSeats(cityId)}
    order by ${inOrderOfSale}`.execute(database())
  return rows.map(({ id }) => id)
}

/**
 * The payments that still have seats: many may be given back while a client reads slowly. Index: the primary key.
 */
async function readBuyers(cityId: string, ids: readonly string[]): Promise<Buyer[]> {
  const { rows } = await sql<Buyer>`
    select p.id as "paymentId", p.session_id as "sessionId", p.email, p.tier, p.seats_sold as "seatsSold",
      p.seats_returned as "seatsReturned", p.amount_cents as "amountCents", p.currency, p.sold_at as "soldAt",
      ${refundedCents('p')} as "refundedCents"
    from payments p
    join inventory i on i.city_id = p.city_id and i.tier = p.tier and i.epoch = p.epoch
    where p.id = any(${ids}::text[]) and ${hasSeats(cityId)}
    order by ${inOrderOfSale}`.execute(database())
  return rows
}

const hasSeats = (cityId: string) => sql<boolean>`p.city_id = ${cityId} and p.seats_sold > p.seats_returned`

const inOrderOfSale = sql`p.tier, p.sold_at, p.id`

const csvColumns = [
  'email',
  'tier',
  'seats',
  'seatsGivenBack',
  'amount',
  'refunded',
  'currency',
  'soldAt',
  'paymentId',
  'sessionId',
] as const

function csvFields(buyer: Buyer) {
  const { tier, seatsSold, seatsReturned, amountCents, currency } = buyer
  const money = (cents: number) => writeAmount(cents, currency ?? 'usd')
  return [
    buyer.email,
    tier,
    seatsSold - seatsReturned,
    seatsReturned,
    amountCents === null ? null : money(amountCents),
    money(buyer.refundedCents),
    currency,
    buyer.soldAt,
    buyer.paymentId,
    buyer.sessionId,
  ]
}
