import { describe, expect, test } from 'vitest'
import { formatCursor, ledgerQuery, parseCursor } from '@/lib/inventory/ledger/query'

const place = { id: 9_007_199_254_740, occurredAt: new Date('2026-01-10T12:00:00.123Z') }

test('a cursor leads back to its place', () => {
  expect(parseCursor(formatCursor(place))).toEqual(place)
})

test.each([
  '',
  ' ',
  '1',
  '1.2',
  'MQ',
  'AAAA',
  '__proto__',
  '\0',
  'ا',
  'x'.repeat(300),
  `${formatCursor(place)}=`,
])('a made up cursor is none: %j', (text) => {
  expect(parseCursor(text)).toBeNull()
})

test.each(['0.0', '-1.0', '1.x', '1.0 ', '1.1e3', '99999999999999999.0', '01.5', '1.-999999999999999'])(
  'neither is one of another content: %s',
  (content) => {
    expect(parseCursor(Buffer.from(content).toString('base64url'))).toBeNull()
  },
)

describe('a query from outside', () => {
  test('empty fields of a form are no filter', () => {
    const parsed = ledgerQuery.parse({
      tier: '',
      operation: '',
      from: '',
      who: '',
      payment: '',
      cursor: '',
      limit: '',
    })
    expect(Object.values(parsed).filter((value) => value !== undefined)).toEqual([])
  })

  test('is read into filters, a place and a size', () => {
    expect(
      ledgerQuery.parse({
        tier: 'vip',
        operation: 'expand',
        from: '2026-01-01',
        until: '2026-01-02T00:00:00+01:00',
        who: ' Nate ',
        payment: 'pi_1',
        cursor: formatCursor(place),
        limit: '20',
      }),
    ).toEqual({
      tier: 'vip',
      operation: 'expand',
      from: new Date('2026-01-01T00:00:00Z'),
      until: new Date('2026-01-01T23:00:00Z'),
      who: 'Nate',
      payment: 'pi_1',
      cursor: place,
      limit: 20,
    })
  })

  test.each([
    { tier: 'GA' },
    { operation: 'delete' },
    { from: 'yesterday' },
    { until: '2026-13-01' },
    { who: 'x'.repeat(256) },
    { who: '\0' },
    { payment: 'a\0b' },
    { payment: 'x'.repeat(256) },
    { cursor: 'x' },
    { limit: '0' },
    { limit: '1001' },
    { limit: '1.5' },
  ])('refuses %j', (input) => {
    expect(ledgerQuery.safeParse(input).success).toBe(false)
  })
})
