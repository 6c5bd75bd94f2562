import { describe, expect, test } from 'vitest'
import { isStorableText } from '@/lib/outside-text'
import { parseQuantity } from '@/lib/quantity'
import { parseTier } from '@/lib/tier'

describe('C28: quantities from outside', () => {
  test.each([
    [1, 1],
    [10, 10],
    [10_000, 10_000],
    ['1', 1],
    [' 7 ', 7],
    ['99999', 99_999],
  ])('%j is %i', (input, quantity) => {
    expect(parseQuantity(input)).toBe(quantity)
  })

  test.each([
    [0],
    [-0],
    [-1],
    [1.5],
    [NaN],
    [Infinity],
    [-Infinity],
    [Number('9007199254740993')],
    ['0'],
    ['-1'],
    ['1.5'],
    ['2abc'],
    ['1e2'],
    ['0x10'],
    ['01'],
    ['+2'],
    ['٣'],
    ['２'],
    ['1,000'],
    ['1 0'],
    ['1\u0000'],
    ['123456'],
    ['9007199254740993'],
    ['NaN'],
    ['Infinity'],
    [''],
    [' '],
    [null],
    [undefined],
    [true],
    [[2]],
    [{ valueOf: () => 2 }],
  ])('%j is no quantity', (input) => {
    expect(parseQuantity(input)).toBeNull()
  })

  test('nor is a bigint', () => {
    expect(parseQuantity(2n)).toBeNull()
  })
})

describe('C28: tiers from outside', () => {
  test.each([
    ['ga', 'ga'],
    ['Ga', 'ga'],
    [' GA', 'ga'],
    ['vip\n', 'vip'],
    ['\tViP ', 'vip'],
  ])('%j is %s', (input, tier) => {
    expect(parseTier(input)).toBe(tier)
  })

  test.each([
    ['VIP\u200b'],
    ['\u00a0ga'],
    ['G A'],
    ['__proto__'],
    ['constructor'],
    ['g\u0430'],
    ['ＧＡ'],
    ['ga\u0000'],
    ['ga,vip'],
    [''],
    [' '.repeat(5_000) + 'ga'],
    [null],
    [undefined],
    [['ga']],
    [{ tier: 'ga' }],
  ])('%j is no tier', (input) => {
    expect(parseTier(input)).toBeNull()
  })
})

describe('C28: names from outside', () => {
  test.each(['dallas-jan-2026', 'x'.repeat(255), 'São Paulo 🎟', '../x', "' OR 1=1"])(
    '%j can be stored',
    (input) => {
      expect(isStorableText(input)).toBe(true)
    },
  )

  test.each([[''], ['  '], ['x'.repeat(256)], ['a\u0000b'], ['\ud83d'], ['a\u001bb'], [null], [7], [['a']]])(
    '%j cannot',
    (input) => {
      expect(isStorableText(input)).toBe(false)
    },
  )
})
