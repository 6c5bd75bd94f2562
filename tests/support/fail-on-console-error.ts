import { afterEach, beforeEach, expect, vi, type MockInstance } from 'vitest'

/** Code under test that writes to console.error has failed in a way that nobody looked at. */
let spy: MockInstance<typeof console.error>

beforeEach(() => {
  spy = vi.spyOn(console, 'error')
})

afterEach(() => {
  const calls = [...spy.mock.calls]
  spy.mockRestore()
  expect(calls, 'unexpected console.error').toEqual([])
})
