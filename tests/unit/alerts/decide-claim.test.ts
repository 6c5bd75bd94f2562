import { describe, expect, test } from 'vitest'
import { decideClaim, referenceOf, type WaitingDelivery } from '@/lib/alerts/decide-claim'

const now = new Date('2026-02-01T12:00:00Z')
const before = new Date(now.getTime() - 1)
const after = new Date(now.getTime() + 10_000)
const rules = { isTold: true, quiet: null }
const key = { alertId: 'a1', channel: 'email', target: 'team@example.com' } as const

function waiting(alertId: string, details: Partial<WaitingDelivery> = {}): WaitingDelivery {
  return {
    alertId,
    state: 'pending',
    level: 'critical',
    attempts: 0,
    reference: null,
    nextTryAt: before,
    ...details,
  }
}

describe('a delivery that nobody has tried', () => {
  test('is sent, alone', () => {
    expect(decideClaim(key, [waiting('a1'), waiting('a2')], now, rules)).toEqual({
      kind: 'send',
      alertIds: ['a1'],
      reference: referenceOf(key),
      mayHaveBeenSent: false,
    })
  })

  test('of a mild level takes along the mild ones to the same target, due or not, and no others', () => {
    const others = [
      waiting('a2', { level: 'monitor', nextTryAt: after }),
      waiting('a3', { level: 'emergency' }),
      waiting('a4', { level: 'low', reference: 'OTHER123', attempts: 1, nextTryAt: after }),
      waiting('a5', { level: null }),
    ]
    const decision = decideClaim(key, [waiting('a1', { level: 'low' }), ...others], now, rules)
    expect(decision).toMatchObject({ kind: 'send', alertIds: ['a1', 'a2'] })
  })

  test('is left alone before its time, and when it was dealt with', () => {
    expect(decideClaim(key, [waiting('a1', { nextTryAt: after })], now, rules)).toEqual({ kind: 'nothing' })
    expect(decideClaim(key, [waiting('a2')], now, rules)).toEqual({ kind: 'nothing' })
  })
})

describe('a delivery that was tried', () => {
  const tried = { reference: 'REF00001', attempts: 1 }

  test('goes out again with all that shared its message, and only those', () => {
    const together = [waiting('a1', { ...tried, level: 'low' }), waiting('a2', { ...tried, level: 'low' })]
    const decision = decideClaim(key, [...together, waiting('a3', { level: 'low' })], now, rules)
    expect(decision).toEqual({
      kind: 'send',
      alertIds: ['a1', 'a2'],
      reference: 'REF00001',
      mayHaveBeenSent: false,
    })
  })

  test.each(['sending', 'unknown'] as const)('may have been sent when it is %s', (state) => {
    expect(decideClaim(key, [waiting('a1', { ...tried, state })], now, rules)).toMatchObject({
      mayHaveBeenSent: true,
    })
  })

  test('that somebody is sending is looked at again when the lease has ended', () => {
    const decision = decideClaim(
      key,
      [waiting('a1', { ...tried, state: 'sending', nextTryAt: after })],
      now,
      rules,
    )
    expect(decision).toEqual({ kind: 'look_again', at: after })
  })
})

describe('a delivery to somebody who is no longer told', () => {
  const gone = { isTold: false, quiet: { from: '00:00', to: '23:59', timeZone: 'UTC' } }

  test('is skipped alone, also in quiet hours: others have jobs of their own', () => {
    const others = [
      waiting('a2', { level: 'low' }),
      waiting('a3', { state: 'unknown', reference: 'REF00001' }),
    ]
    const decision = decideClaim(key, [waiting('a1', { level: 'low' }), ...others], now, gone)
    expect(decision).toEqual({ kind: 'skip', alertIds: ['a1'] })
  })

  test('is skipped with those that went with it, but for what is being sent', () => {
    const tried = { state: 'unknown', reference: 'REF00001', attempts: 1 } as const
    const others = [
      waiting('a2', tried),
      waiting('a3', { ...tried, state: 'sending', nextTryAt: after }),
      waiting('a4', { ...tried, reference: 'REF00002' }),
    ]
    const decision = decideClaim(key, [waiting('a1', tried), ...others], now, gone)
    expect(decision).toEqual({ kind: 'skip', alertIds: ['a1', 'a2'] })
  })

  test('that somebody is sending is looked at again when the lease has ended', () => {
    const sending = waiting('a1', { state: 'sending', reference: 'REF00001', nextTryAt: after })
    expect(decideClaim(key, [sending], now, gone)).toEqual({ kind: 'look_again', at: after })
  })
})

test('references are short, readable and differ by target', () => {
  expect(referenceOf(key)).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
  expect(referenceOf(key)).toBe(referenceOf({ ...key }))
  expect(referenceOf(key)).not.toBe(referenceOf({ ...key, target: 'other@example.com' }))
})
