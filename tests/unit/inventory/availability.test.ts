import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  actualAvailable,
  availableWithin,
  isActualSoldOut,
  isPublicSoldOut,
  publicAvailable,
  reachBySetting,
  seatsLeft,
} from '@/lib/inventory/availability'
import { aPool } from '../../support/stories/state'

describe('what is available', () => {
  test('a fresh city shows all that it has', () => {
    expect([publicAvailable(aPool()), actualAvailable(aPool())]).toEqual([35, 35])
  })

  test('hidden seats are only in the actual number', () => {
    const pool = aPool({ actualLimit: 45, sold: 30, held: 2 })
    expect([publicAvailable(pool), actualAvailable(pool), seatsLeft(pool)]).toEqual([3, 13, 15])
  })

  test('the public number follows an actual limit below it', () => {
    const pool = aPool({ actualLimit: 30, sold: 29 })
    expect([publicAvailable(pool), actualAvailable(pool)]).toEqual([1, 1])
  })

  test('no number is ever negative, and the public one never more than its limit', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60), (publicLimit, actualLimit, sold, held) => {
        const pool = { publicLimit, actualLimit, sold, held }
        expect(publicAvailable(pool)).toBeGreaterThanOrEqual(0)
        expect(actualAvailable(pool)).toBeGreaterThanOrEqual(0)
        expect(publicAvailable(pool)).toBeLessThanOrEqual(Math.min(publicLimit, actualAvailable(pool)))
      }),
    )
  })

  test('the city’s choice decides how far a buyer reaches', () => {
    const pool = { actualLimit: 45, sold: 34 }
    expect(availableWithin(aPool(pool), reachBySetting({ hiddenSale: 'open' }))).toBe(11)
    expect(availableWithin(aPool(pool), reachBySetting({ hiddenSale: 'private' }))).toBe(1)
  })
})

describe('sold out', () => {
  test('held seats do not count: they may come back', () => {
    const pool = aPool({ sold: 34, held: 1 })
    expect([publicAvailable(pool), isPublicSoldOut(pool), isActualSoldOut(pool)]).toEqual([0, false, false])
  })

  test('publicly at the public limit, really at the actual one', () => {
    const pool = aPool({ actualLimit: 40, sold: 35 })
    expect([isPublicSoldOut(pool), isActualSoldOut(pool)]).toEqual([true, false])
    expect(isActualSoldOut({ ...pool, sold: 40 })).toBe(true)
  })
})
