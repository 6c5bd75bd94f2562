import type { PgBoss } from 'pg-boss'
import { closeDatabase } from '@/lib/database'
import { endOnEscapedError } from '@/lib/escaped-errors'
import { log } from '@/lib/log'
import { startQueueSender, stopQueueSender } from '@/lib/queues/send'
import { createBoss } from './boss'
import { startSchedules } from './schedules'
import { listenForWakeUps, type QueueLoops } from './wake-up'

/** How long work in hand may take to finish once the process was told to stop. */
const graceMs = 20_000
/**
 * After this long the process ends whatever still holds it, such as a database that does not answer: before a host
 * kills it, which says nothing in the log. What was in hand is rolled back, and tried again.
 */
const lastResortMs = 23_000
/** A second signal within this time is an echo: a terminal's Ctrl-C reaches us directly and by our parent. */
const echoMs = 1_000
/** pg-boss waits 1, 2, 4 … 30 seconds between its attempts: for as long as the database is away. */
const startAttempts = 1_000_000

/**
 * Runs the worker process: waits for the database and its queues, then works them until SIGTERM, SIGINT or
 * the parent's end. Then it fetches nothing more, lets work in hand finish, and closes its connections; at last it ends
 * without that.
 *
 * @param workQueues starts working the queues
 */
export async function runWorker(workQueues: (boss: PgBoss) => Promise<QueueLoops>): Promise<void> {
  endOnEscapedError()
  const boss = createBoss()
  const closers: (() => unknown)[] = []
  const stopping = stopOnSignals(() => stop(boss, closers))

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

function stopOnSignals(stopOnce: () => Promise<void>): AbortSignal {
  const stopping = new AbortController()
  let since = 0
  const onSignal = () => {
    if (stopping.signal.aborted) {
      if (Date.now() - since > echoMs) process.exit(1)
      return
    }
    since = Date.now()
    stopping.abort()
    setTimeout(endAtLast, lastResortMs).unref()
    stopOnce().then(
      () => process.exit(0),
      (error: unknown) => {
        log().error({ err: error }, 'worker did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  // Only a process that was forked has a parent to lose.
  if (process.connected) process.on('disconnect', onSignal)
  return stopping.signal
}

function endAtLast(): never {
  log().error({ code: 'stop_took_too_long' }, 'worker ends with work in hand, which is tried again')
  process.exit(1)
}

async function stop(boss: PgBoss, closers: readonly (() => unknown)[]): Promise<void> {
  log().info('worker is stopping')
  for (const close of closers) await close()
  await boss.stop({ graceful: true, timeout: graceMs })
  await stopQueueSender()
  await closeDatabase()
  log().info('worker has stopped')
}
