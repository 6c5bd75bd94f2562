import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { pastLocks } from '@/lib/past-locks'

// It is logged that a try was refused, and the log has its level from the environment.
beforeAll(() => void vi.stubEnv('DATABASE_URL', 'postgres://127.0.0.1/none'))
afterAll(() => void vi.unstubAllEnvs())
afterEach(() => void vi.useRealTimers())

const refused = (code: string) => Object.assign(new Error('canceling statement'), { code })

/** Work that is refused so often, and counts. */
function work(refusals: number, code = '55P03') {
  const seen = { tries: 0 }
  const run = () => (++seen.tries <= refusals ? Promise.reject(refused(code)) : Promise.resolve('done'))
  return { seen, run }
}

test('what waits for a lock is tried again, and answers', async () => {
  const { seen, run } = work(3)
  expect(await pastLocks(run, 1)).toBe('done')
  expect(seen.tries).toBe(4)
})

test.each([
  ['fifteen seconds', 15, 12],
  ['two minutes', 120, 2],
  ['four minutes', 240, 1],
])('tries that take %s each go on for three minutes', async (_, seconds, tries) => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const { seen, run } = work(100)
  const takesLong = () => {
    vi.advanceTimersByTime(seconds * 1_000)
    return run()
  }
  await expect(pastLocks(takesLong, 1)).rejects.toMatchObject({ code: '55P03' })
  expect(seen.tries).toBe(tries)
})

test('another error is no lock', async () => {
  const { seen, run } = work(100, '42703')
  await expect(pastLocks(run, 1)).rejects.toMatchObject({ code: '42703' })
  expect(seen.tries).toBe(1)
})
