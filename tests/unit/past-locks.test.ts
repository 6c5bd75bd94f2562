import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { pastLocks } from '@/lib/past-locks'

// It is logged that a try was refused, and the log has its level from the environment.
beforeAll(() => void vi.stubEnv('DATABASE_URL', 'postgres://127.0.0.1/none'))
afterAll(() => void vi.unstubAllEnvs())

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

test('twelve refusals are enough', async () => {
  const { seen, run } = work(100)
  await expect(pastLocks(run, 1)).rejects.toMatchObject({ code: '55P03' })
  expect(seen.tries).toBe(12)
})

test('another error is no lock', async () => {
  const { seen, run } = work(100, '42703')
  await expect(pastLocks(run, 1)).rejects.toMatchObject({ code: '42703' })
  expect(seen.tries).toBe(1)
})
