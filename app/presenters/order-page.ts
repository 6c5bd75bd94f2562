import { formatDays } from '@/app/format/dates'
import type { StockView } from '@/app/web/stock/live-stock'
import { getOrderStatus } from '@/lib/checkout/order-status'
import type { Tier } from '@/lib/tier'

export type OrderState = Awaited<ReturnType<typeof getOrderStatus>>['state']

export interface OrderPage {
  state: OrderState
  /** What its buyer may quote, and the console finds it by: the session's id. Null while no order is known by it. */
  reference: string | null
  /** What was bought, as far as it is known. */
  seats: { tier: Tier; quantity: number } | null
  /** Some of what was sold is still the buyer's. */
  hasSeats: boolean
  seatsKept: boolean
  city: { id: string; name: string; venue: string; address: string; days: string } | null
}

/** An order as its buyer may see it: who holds the session's id sees no name, email or number of anybody. */
export async function presentOrder(view: StockView, sessionId: string): Promise<OrderPage> {
  const { state, cityId, tier, quantity, hasSeats, seatsKept } = await getOrderStatus(sessionId)
  const city = cityId ? view.city(cityId) : undefined
  return {
    state,
    reference: state === 'unknown' ? null : sessionId,
    seats: tier && quantity ? { tier, quantity } : null,
    hasSeats,
    seatsKept,
    city: city
      ? {
          id: city.id,
          name: city.name,
          venue: city.venue,
          address: city.address,
          days: formatDays(city.startsOn, city.endsOn),
        }
      : null,
  }
}
