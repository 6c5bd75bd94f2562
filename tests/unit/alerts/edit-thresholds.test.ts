import { expect, test } from 'vitest'
import { thresholdList } from '@/lib/alerts/edit-thresholds'
import { defaultThresholds } from '@/lib/alerts/thresholds'

const channels = ['slack']

function problems(...thresholds: Record<string, unknown>[]): string[] {
  const read = thresholdList.safeParse(thresholds.map((one) => ({ tier: 'ga', channels, ...one })))
  return read.success ? [] : read.error.issues.map(({ message }) => message)
}

test('the thresholds that we ship are good, in any order', () => {
  expect(thresholdList.safeParse(defaultThresholds.toReversed()).success).toBe(true)
  expect(thresholdList.safeParse([]).success).toBe(true)
})

test('fewer seats need a more severe level', () => {
  expect(problems({ remaining: 5, level: 'low' }, { remaining: 10, level: 'critical' })).toEqual([
    'GA: Critical at 10 left does not fit Low at 5; fewer seats need a more severe level',
  ])
  expect(problems({ remaining: 5, level: 'low' }, { remaining: 4, level: 'low' })).toHaveLength(1)
  expect(problems({ remaining: 5, level: 'low' }, { remaining: 4, level: 'low', tier: 'vip' })).toEqual([])
})

test('what is no threshold is said in words', () => {
  expect(problems({ remaining: 5, level: 'low' }, { remaining: 5, level: 'critical' })).toEqual([
    'GA has two thresholds at 5 left',
  ])
  expect(problems({ remaining: 1, level: 'sold_out' })).toEqual(['Sold out belongs to 0 seats left'])
  expect(problems({ remaining: Number.NaN, level: 'low' })).toEqual(['Seats left must be a whole number'])
  expect(problems({ remaining: -1, level: 'low' })).toEqual(['Seats left cannot be below 0'])
  expect(problems({ remaining: 5, level: 'low', channels: [] })).toEqual(['Choose at least one channel'])
  expect(problems({ remaining: 5, level: 'worst' })).toHaveLength(1)
})

test('a tier has at most 20', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      tier: 'ga' as const,
      level: 'low' as const,
      channels: ['email' as const],
      remaining: index,
    }))
  const messages = (count: number) =>
    thresholdList.safeParse(many(count)).error?.issues.map(({ message }) => message)
  expect(messages(21)).toContain('GA can have at most 20 thresholds')
  expect(messages(20)).not.toContain('GA can have at most 20 thresholds')
})
