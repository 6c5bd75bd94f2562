import { expect, it } from 'vitest'
import { answerFor } from '@/app/web/stock/public-answer'
import { someStock } from '@/tests/unit/app/stories'

it('carries the public fields and nothing that happens to be there too', () => {
  const withSecrets = {
    ...someStock(),
    actualLimits: { ga: 4266 },
    sold: 7,
    publicLimits: { ga: 35, vip: 15, held: 2 },
  }
  expect(JSON.parse(answerFor(withSecrets).json)).toEqual({
    cityId: 'dallas-jan-2026',
    publicLimits: { ga: 35, vip: 15 },
    publicAvailable: { ga: 35, vip: 15 },
    isPublicSoldOut: false,
    lastUpdated: '2026-01-01T00:00:00.000Z',
  })
})

it('has the same id for the same content, another one for another', () => {
  const other = someStock({ publicAvailable: { ga: 34, vip: 15 } })
  expect(answerFor([someStock()]).id).toBe(answerFor([someStock()]).id)
  expect(answerFor([someStock()]).id).not.toBe(answerFor([other]).id)
})
