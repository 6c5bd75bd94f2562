import { afterEach, beforeEach, expect, vi, type MockInstance } from 'vitest'

/** Code under test that writes to console.error has failed in a way that nobody looked at. */
let spy: MockInstance<typeof console.error>
let testsRunning = 0

beforeEach(() => {
  // Tests that run at the same time share it: it is there until the last of them has ended.
  if (testsRunning++ === 0) spy = vi.spyOn(console, 'error')
})

afterEach(() => {
  const calls = [...spy.mock.calls]
  spy.mockClear()
  if (--testsRunning === 0) spy.mockRestore()
  expect(calls, 'unexpected console.error').toEqual([])
})
