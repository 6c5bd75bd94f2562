import type { PgBoss } from 'pg-boss'
import { closeDatabase } from '@/lib/database'
import { endOnEscapedError } from '@/lib/escaped-errors'
import { log } from '@/lib/log'
import { startQueueSender, stopQueueSender } from '@/lib/queues/send'
import { stopOnSignals } from '@/lib/stop-on-signals'
import { createBoss } from './boss'
import { startSchedules } from './schedules'
import { listenForWakeUps, type QueueLoops } from './wake-up'

/** How long work in hand may take to finish once the process was told to stop. */
const graceMs = 20_000
/** When the process ends in any case; longer than the grace. Work in hand is then rolled back, and tried again. */
const lastResortMs = 23_000
/** pg-boss waits 1, 2, 4 … 30 seconds between its attempts: for as long as the database is away. */
const startAttempts = 1_000_000

/**
 * Runs the worker process: waits for the database and its queues, then works them until SIGTERM, SIGINT or the
 * parent's end. Then it fetches nothing more, lets work in hand finish, and closes its connections. If that takes
 * too long, the process ends without it.
 *
 * @param workQueues starts working the queues
 */
export async function runWorker(workQueues: (boss: PgBoss) => Promise<QueueLoops>): Promise<void> {
  endOnEscapedError()
  const boss = createBoss()
  const closers: (() => unknown)[] = []
  const stopping = stopOnSignals({
    name: 'worker',
    stop: () => stop(boss, closers),
    lastResortMs,
    leaving: 'work in hand, which is tried again',
  })

  try {
    await boss.start({ attempts: startAttempts })
    await startQueueSender()
    const loops = await workQueues(boss)
    closers.push(await listenForWakeUps(boss, loops), startSchedules())
  } catch (error) {
    if (stopping.aborted) return
    throw error
  }
  log().info('worker ready')
  process.send?.({ type: 'ready' })
}

async function stop(boss: PgBoss, closers: readonly (() => unknown)[]): Promise<void> {
  log().info('worker is stopping')
  for (const close of closers) await close()
  await boss.stop({ graceful: true, timeout: graceMs })
  await stopQueueSender()
  await closeDatabase()
  log().info('worker has stopped')
}
