import { describe, expect, test } from 'vitest'
import { crossed, defaultThresholds } from '@/lib/alerts/thresholds'
import type { Tier } from '@/lib/tier'

/** The table of the contract, written down a second time, in another form: the level at each number left. */
const contract: Record<Tier, [remaining: number, level: string][]> = {
  ga: [
    [0, 'sold_out'],
    [2, 'emergency'],
    [5, 'critical'],
    [10, 'active'],
    [15, 'monitor'],
    [25, 'low'],
  ],
  vip: [
    [0, 'sold_out'],
    [1, 'emergency'],
    [3, 'critical'],
    [5, 'monitor'],
    [10, 'low'],
  ],
}

/** Sells seat by seat and remembers the last level met on the way down. */
function levelBySteps(tier: Tier, before: number, after: number): string | undefined {
  let level: string | undefined
  for (let left = before - 1; left >= after; left--) {
    level = contract[tier].find(([remaining]) => remaining === left)?.[1] ?? level
  }
  return level
}

describe.each(['ga', 'vip'] as const)('%s', (tier) => {
  test('every jump from every stock to every lower stock fires the most severe level on its way', () => {
    for (let before = 0; before <= 60; before++) {
      for (let after = 0; after <= before; after++) {
        const fired = crossed(defaultThresholds, tier, before, after)?.level
        expect(fired, `${before} → ${after}`).toBe(levelBySteps(tier, before, after))
      }
    }
  })

  test('stock that rises or stays fires nothing', () => {
    for (let before = 0; before <= 60; before++) {
      for (let after = before; after <= 60; after++) {
        expect(crossed(defaultThresholds, tier, before, after)).toBeNull()
      }
    }
  })
})

test('a threshold fires again only after the stock rose above it', () => {
  const story = [11, 8, 10, 9, 12, 10]
  const fired = story
    .slice(1)
    .map((after, index) => crossed(defaultThresholds, 'ga', story[index] ?? 0, after)?.remaining)
  expect(fired).toEqual([10, undefined, undefined, undefined, 10])
})

test('the other tier and an empty table fire nothing', () => {
  const onlyVip = defaultThresholds.filter((threshold) => threshold.tier === 'vip')
  expect(crossed(onlyVip, 'ga', 30, 0)).toBeNull()
  expect(crossed([], 'vip', 30, 0)).toBeNull()
})

test('text messages are for critical levels and worse', () => {
  const levels = new Set(
    defaultThresholds.filter(({ channels }) => channels.includes('sms')).map(({ level }) => level),
  )
  expect([...levels].sort()).toEqual(['critical', 'emergency', 'sold_out'])
})
