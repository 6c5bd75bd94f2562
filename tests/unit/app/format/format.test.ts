import { describe, expect, it } from 'vitest'
import { formatDays, formatMoment, isPast } from '@/app/format/dates'
import { ownTime } from '@/app/format/own-time'
import { canBuy, stateWords, tierState, type TierFacts } from '@/app/format/seats'
import { wallClock } from '@/app/format/wall-clock'

describe('dates', () => {
  const plain = (text: string) => text.replace(/[\s\u2009\u202f]+/g, ' ')

  it('writes days without a time zone in the way', () => {
    expect(plain(formatDays('2026-01-26', '2026-01-27'))).toBe('January 26 – 27, 2026')
    expect(plain(formatDays('2026-01-26', '2026-01-26'))).toBe('January 26, 2026')
  })

  it("shows a moment by the city's clock", () => {
    const moment = new Date('2026-01-26T20:32:00Z')
    expect(plain(formatMoment(moment, 'America/Chicago', moment))).toBe('2:32 PM CST')
    expect(plain(formatMoment(moment, 'America/Chicago', new Date('2026-01-20T00:00:00Z')))).toBe(
      'January 26 at 2:32 PM CST',
    )
  })

  it('keeps the words of a day on one line', () => {
    const moment = new Date('2026-01-18T06:00:00Z')
    const sooner = new Date('2026-01-10T00:00:00Z')
    expect(formatMoment(moment, 'America/Chicago', sooner)).toMatch(/^January\u00a018 at /)
    expect(ownTime(moment, wallClock(moment, 'America/Los_Angeles'), 'America/New_York')).toMatch(
      /^January\u00a018 at /,
    )
  })

  it('keeps the words of a clock on one line', () => {
    const moment = new Date('2026-01-26T20:32:00Z')
    const unbreakable = /\d:32[\u00a0\u202f]PM(\u00a0CST)?$/
    expect(formatMoment(moment, 'America/Chicago', moment)).toMatch(unbreakable)
    expect(formatMoment(moment, 'America/Chicago', new Date('2026-01-20T00:00:00Z'))).toMatch(unbreakable)
    expect(ownTime(moment, wallClock(moment, 'America/Chicago'), 'America/New_York')).toMatch(unbreakable)
  })

  it.each([
    ['2026-01-17T13:28:00Z', 'America/New_York', '8:28 AM'],
    ['2026-01-17T13:28:00Z', 'Asia/Kathmandu', '7:13 PM'],
    ['2026-01-17T13:28:00Z', 'America/Tijuana', null],
    ['2026-01-18T06:00:00Z', 'America/New_York', 'January 18 at 1:00 AM'],
    ['2026-01-17T08:00:00Z', 'America/Los_Angeles', null],
    ['2026-01-17T08:00:00Z', 'Pacific/Honolulu', 'January 16 at 10:00 PM'],
    ['2026-01-17T08:00:00Z', 'UTC', '8:00 AM'],
  ])('tells a visitor the time of %s in San Francisco by a clock in %s', (at, timeZone, own) => {
    const moment = new Date(at)
    const told = ownTime(moment, wallClock(moment, 'America/Los_Angeles'), timeZone)
    expect(told === null ? null : plain(told)).toBe(own)
  })

  it('shows midnight as the first minute of a day', () => {
    expect(wallClock(new Date('2026-01-17T08:00:00Z'), 'America/Los_Angeles')).toBe('2026-01-17 00:00')
  })

  it('ends a day at midnight in the city', () => {
    expect(isPast('2026-01-27', 'America/Los_Angeles', new Date('2026-01-28T07:59:00Z'))).toBe(false)
    expect(isPast('2026-01-27', 'America/Los_Angeles', new Date('2026-01-28T08:00:00Z'))).toBe(true)
  })
})

describe('seats in words', () => {
  const onSale: TierFacts = { saleState: 'on_sale', left: 12, hasLastSeats: false, isSoldOut: false }
  it.each<[TierFacts, string]>([
    [onSale, '12 left'],
    [{ ...onSale, left: 6 }, '6 left'],
    [{ ...onSale, left: 5 }, 'Last 5'],
    [{ ...onSale, left: 1 }, 'Last 1'],
    [{ ...onSale, left: 0 }, 'None left now'],
    [{ ...onSale, left: 0, isSoldOut: true }, 'Sold out'],
    [{ ...onSale, left: 0, hasLastSeats: true }, 'Limited: last seats'],
    [{ ...onSale, left: 0, hasLastSeats: true, isSoldOut: true }, 'Limited: last seats'],
    [{ ...onSale, own: 2 }, '12 left'],
    [{ ...onSale, left: 1, own: 2 }, 'Last 1'],
    [{ ...onSale, left: 0, own: 2 }, 'Yours: 2'],
    [{ ...onSale, left: 0, own: 2, isSoldOut: true }, 'Yours: 2'],
    [{ ...onSale, left: 0, own: 2, hasLastSeats: true }, 'Limited: last seats'],
    [{ ...onSale, saleState: 'paused', left: 0, own: 2 }, 'Sales paused'],
    [{ ...onSale, saleState: 'paused' }, 'Sales paused'],
    [{ ...onSale, saleState: 'upcoming' }, 'Not on sale yet'],
    [{ ...onSale, saleState: 'closed' }, 'Sales closed'],
  ])('%j: %s', (facts, words) => {
    expect(stateWords(tierState(facts))).toBe(words)
  })

  it('lets a visitor choose anew among seats that are their own, though nobody else has any to choose', () => {
    expect(canBuy(tierState({ ...onSale, left: 0, own: 1 }))).toBe(true)
    expect(canBuy(tierState({ ...onSale, left: 0, own: 0 }))).toBe(false)
  })
})
