import { expect, it } from 'vitest'
import { isUnavailable } from '@/app/web/unavailable'

const coded = (code: string) => Object.assign(new Error('no'), { code })

it.each([
  ...['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '40P01', '55P03', '25006'],
  ...['53100', '53200', '53300'],
])('meets %s as "not now"', (code) => {
  expect(isUnavailable(coded(code))).toBe(true)
})

it.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Query read timeout',
])('meets "%s" so too', (text) => {
  expect(isUnavailable(new Error(text))).toBe(true)
})

it('looks through causes and aggregates', () => {
  expect(isUnavailable(new Error('wrapped', { cause: coded('ECONNREFUSED') }))).toBe(true)
  expect(isUnavailable(new AggregateError([coded('ENETDOWN'), coded('ECONNREFUSED')]))).toBe(true)
})

it.each([coded('23505'), coded('42703'), new Error('x is not a function'), 'a text', null])(
  'leaves a fault of ours a fault: %s',
  (error) => {
    expect(isUnavailable(error)).toBe(false)
  },
)
