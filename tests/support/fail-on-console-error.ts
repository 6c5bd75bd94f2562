import { afterEach, beforeEach, expect, vi, type MockInstance } from 'vitest'

/**
 * Code under test that writes to console.error has failed in a way that nobody looked at. A test that
 * expects such a line takes it: `expect(takeConsoleErrors()).toMatchObject([...])`.
 */
export function takeConsoleErrors(): unknown[][] {
  const calls = [...spy.mock.calls]
  spy.mockClear()
  return calls
}

let spy: MockInstance<typeof console.error>

beforeEach(() => {
  spy = vi.spyOn(console, 'error')
})

afterEach(() => {
  const calls = takeConsoleErrors()
  spy.mockRestore()
  expect(calls, 'unexpected console.error').toEqual([])
})
