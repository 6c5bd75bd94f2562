import { describe, expect, test } from 'vitest'
import { decideClaim, type WaitingDelivery } from '@/lib/alerts/decide-claim'
import { quietSecondsLeft } from '@/lib/alerts/quiet-hours'

const night = { from: '22:00', to: '07:00', timeZone: 'America/Chicago' }
const noon = { from: '12:00', to: '13:30', timeZone: 'UTC' }

/** Chicago is six hours behind in winter. */
test.each([
  ['before', night, '2026-01-10T03:59:59Z', 0],
  ['at the beginning', night, '2026-01-10T04:00:00Z', 9 * 3_600],
  ['after midnight', night, '2026-01-10T12:59:00Z', 60],
  ['at the end', night, '2026-01-10T13:00:00Z', 0],
  ['within one day', noon, '2026-01-10T12:30:00Z', 3_600],
  ['later that day', noon, '2026-01-10T13:30:00Z', 0],
])('%s', (_, quiet, at, seconds) => {
  expect(quietSecondsLeft(quiet, new Date(at))).toBe(seconds)
})

test('the end is by the clock on the wall, also in the nights when it is changed', () => {
  // 2026-03-08 02:00 becomes 03:00: the night is an hour shorter. 2026-11-01 02:00 becomes 01:00.
  expect(quietSecondsLeft(night, new Date('2026-03-08T04:00:00Z'))).toBe(8 * 3_600)
  expect(quietSecondsLeft(night, new Date('2026-11-01T03:00:00Z'))).toBe(10 * 3_600)
})

describe('an end within an hour that is skipped or comes twice', () => {
  const timeZone = 'America/Chicago'
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short', hourCycle: 'h23' })
  const shown = (at: number) => clock.format(at)
  const quarter = 15 * 60_000

  test.each([
    ['spring', '2026-03-08', '02:00', '03:00'],
    ['spring', '2026-03-08', '02:30', '03:30'],
    ['spring', '2026-03-08', '03:00', '03:00'],
    ['autumn', '2026-11-01', '01:30', '01:30'],
    ['autumn', '2026-11-01', '02:00', '02:00'],
    ['autumn', '2026-11-01', '02:30', '02:30'],
    ['autumn', '2026-11-01', '03:00', '03:00'],
  ])('in %s, %s: %s is over when the clock shows %s', (_, day, to, arrived) => {
    const quiet = { from: '22:00', to, timeZone }
    const evening = Date.parse(`${day}T02:00Z`)
    for (let at = evening; at < evening + 40 * quarter; at += quarter) {
      const seconds = quietSecondsLeft(quiet, new Date(at))
      if (shown(at) >= '22:00' || shown(at) < to) {
        expect(seconds, shown(at)).toBeGreaterThan(0)
        expect(shown(at + seconds * 1_000), shown(at)).toBe(arrived)
      } else expect(seconds, shown(at)).toBe(0)
    }
  })
})

const key = { alertId: 'a', channel: 'slack', target: 'webhook' } as const
const waiting: WaitingDelivery = {
  alertId: 'a',
  state: 'pending',
  level: 'low',
  attempts: 0,
  reference: null,
  nextTryAt: null,
}
const atNoon = { isTold: true, quiet: noon }
const quietNow = new Date('2026-01-10T12:30:00Z')

test.each(['low', 'monitor', 'active'] as const)('a delivery of level %s waits in quiet hours', (level) => {
  const decision = decideClaim(key, [{ ...waiting, level }], quietNow, atNoon)
  expect(decision).toEqual({ kind: 'postpone', seconds: 3_600 })
})

test.each(['critical', 'emergency', 'sold_out', null] as const)('one of level %s does not', (level) => {
  expect(decideClaim(key, [{ ...waiting, level }], quietNow, atNoon)).toMatchObject({ kind: 'send' })
})

test('a mild one that was tried already waits, too, and is sent when it is no longer quiet', () => {
  const tried = { ...waiting, attempts: 3, reference: 'ABCDEFGH' }
  expect(decideClaim(key, [tried], quietNow, atNoon)).toMatchObject({ kind: 'postpone' })
  expect(decideClaim(key, [tried], new Date('2026-01-10T13:30:00Z'), atNoon)).toMatchObject({ kind: 'send' })
})
