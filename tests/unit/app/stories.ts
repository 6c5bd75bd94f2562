import type { City } from '@/lib/cities'
import type { PublicStock, PublicStockReading } from '@/lib/inventory/public-stock'

export function aCity(change: Partial<City> = {}): City {
  return {
    id: 'dallas-jan-2026',
    name: 'Dallas',
    venue: 'The Hall',
    address: '1 Main Street',
    timeZone: 'America/Chicago',
    startsOn: '2026-01-26',
    endsOn: '2026-01-27',
    saleState: 'on_sale',
    holdMinutes: 15,
    prices: {
      ga: { amountCents: 100_000, currency: 'usd', stripePriceId: null },
      vip: { amountCents: 150_000, currency: 'usd', stripePriceId: null },
    },
    ...change,
  }
}

export function someStock(change: Partial<PublicStock> = {}): PublicStock {
  return {
    cityId: 'dallas-jan-2026',
    publicLimits: { ga: 35, vip: 15 },
    publicAvailable: { ga: 35, vip: 15 },
    isPublicSoldOut: false,
    lastUpdated: new Date('2026-01-01T00:00:00Z'),
    ...change,
  }
}

export function aReading({ ga = 35, nextChangeInMs = null as number | null }): PublicStockReading {
  const readAt = new Date('2026-01-02T00:00:00Z')
  return {
    stock: [someStock({ publicAvailable: { ga, vip: 15 } })],
    lastSeats: new Map([['dallas-jan-2026', { ga: false, vip: false }]]),
    nextChangeAt: nextChangeInMs === null ? null : new Date(readAt.getTime() + nextChangeInMs),
    readAt,
  }
}
