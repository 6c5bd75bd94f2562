import type { PgBoss, StopOptions } from 'pg-boss'
import { afterAll, beforeAll } from 'vitest'
import { startQueueSender } from '@/lib/queues/send'
import { createBoss } from '@/worker/boss'
import { storyDatabase, type StoryDatabase } from './stories/database'

export interface QueueSuite {
  readonly story: StoryDatabase
  readonly boss: PgBoss
}

/**
 * A released database for a test file, and a worker's queues on it, which nobody works yet.
 *
 * @param stop what becomes of work in hand at the file's end; by default nobody waits for it
 */
export function queueSuite(stop: StopOptions = { graceful: false }): QueueSuite {
  // Its end comes after that of the queues.
  const story = storyDatabase()
  let boss: PgBoss | undefined
  beforeAll(async () => {
    boss = await createBoss().start()
    await startQueueSender()
  })
  afterAll(() => boss?.stop(stop))
  return {
    story,
    get boss() {
      if (!boss) throw new Error('The queues exist from beforeAll on')
      return boss
    },
  }
}
