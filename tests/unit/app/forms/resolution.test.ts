import { expect, test } from 'vitest'
import { attemptedResolution, stillToDecide } from '@/app/forms/resolution'

test.each([
  [1, '1 more payment needs a decision'],
  [7, '7 more payments need a decision'],
])('a decision leads on to those that still wait (%i)', (waiting, text) => {
  expect(stillToDecide(waiting)).toEqual({ next: { to: '/admin/exceptions', text } })
})

test('after the last one it says so', () => {
  expect(stillToDecide(0)).toEqual({ text: 'No other payment needs a decision.' })
})

test.each([
  ['assign', 'exception.assign'],
  ['dismiss', 'exception.dismiss'],
  ['expunge', 'exception.resolve'],
  ['', 'exception.resolve'],
])('an attempt by the form "%s" is recorded as %s', (form, action) => {
  expect(attemptedResolution(form)).toBe(action)
})
