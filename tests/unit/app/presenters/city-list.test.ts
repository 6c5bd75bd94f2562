import { expect, it } from 'vitest'
import { presentCityList } from '@/app/presenters/city-list'
import { createLiveStock } from '@/app/web/stock/live-stock'
import { aCity, aReading, someStock } from '@/tests/unit/app/stories'

it('puts workshops that are over behind those that are to come, and names the lowest price', async () => {
  const over = aCity()
  const next = aCity({
    id: 'sf-jun-2026',
    name: 'San Francisco',
    startsOn: '2026-06-14',
    endsOn: '2026-06-15',
  })
  const live = createLiveStock({
    readCities: async () => [over, next],
    readStock: async () => ({ ...aReading({}), stock: [someStock(), someStock({ cityId: 'sf-jun-2026' })] }),
    listen: async () => ({ close: async () => {} }),
    onError: () => {},
  })
  const { cities } = presentCityList(await live.read(), new Date('2026-03-01T00:00:00Z'))
  await live.close()
  expect(cities.map(({ name, isPast }) => [name, isPast])).toEqual([
    ['San Francisco', false],
    ['Dallas', true],
  ])
  expect(cities[0]?.from).toEqual({ amountCents: 100_000, currency: 'usd' })
})
