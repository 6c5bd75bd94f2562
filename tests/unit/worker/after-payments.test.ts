import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { afterPayments } from '@/worker/after-payments'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const answers = (answer: () => boolean) => {
  const act = vi.fn(() => Promise.resolve())
  const end = afterPayments({ paymentsWait: async () => answer(), act })
  return { act, end, pass: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000) }
}

test('acts at once where no payment waits, and only once', async () => {
  const { act, pass } = answers(() => false)
  await pass(0)
  expect(act).toHaveBeenCalledTimes(1)
  await pass(1_000)
  expect(act).toHaveBeenCalledTimes(1)
})

test('acts soon after the last payment', async () => {
  let waits = true
  const { act, pass } = answers(() => waits)
  await pass(100)
  expect(act).not.toHaveBeenCalled()
  waits = false
  await pass(5)
  expect(act).toHaveBeenCalledTimes(1)
})

test.each([
  ['payments wait all the time', () => true],
  [
    'nobody can say',
    () => {
      throw new Error('away')
    },
  ],
])('acts after five minutes though %s', async (_, answer) => {
  const { act, pass } = answers(answer)
  await pass(299)
  expect(act).not.toHaveBeenCalled()
  await pass(2)
  expect(act).toHaveBeenCalledTimes(1)
  await pass(1_000)
  expect(act).toHaveBeenCalledTimes(1)
})

test('acts no more once it is given up', async () => {
  let waits = true
  const { act, end, pass } = answers(() => waits)
  await pass(10)
  end()
  waits = false
  await pass(1_000)
  expect(act).not.toHaveBeenCalled()
})
