import { errorText } from '@/lib/error-text'
import { announceStockChange } from '@/lib/inventory/announce'
import { isLostRace } from '@/lib/inventory/retryable'
import { log } from '@/lib/log'
import { endLockedJobs, lockNewJobs } from '@/lib/queues/locked-jobs'
import { transact } from '@/lib/queues/transaction'
import { applyClaimed, sortEvents } from '@/lib/stripe/apply-events'
import { leaveLines, lines } from './payment-lines'

/**
 * After this long pg-boss fetches again: jobs to be retried, and a worker's stop, must not wait for the end of a backlog.
 */
const longestMs = 5_000
/** How long pg-boss alone hands out jobs after a batch has failed. By then it has found the event at fault. */
const defaultRestMs = 30_000

/**
 * Applies what waits in the queue of Stripe's events, batch by batch, for up to five seconds. Each batch is one
 * transaction that locks its jobs and deletes them. Its jobs are never written to, which makes it a tenth faster,
 * or more, than pg-boss's fetch. It does only what goes well. It leaves these as they were, for `handleEvents`:
 * jobs that were tried before, events that Stripe has to be asked about, and a batch that fails.
 *
 * @param size jobs of a batch; a smaller batch is no backlog, and ends the drain
 * @returns how many jobs were done
 */
export type DrainBacklog = (size: number) => Promise<number>

/** One drain for all loops of a worker: after a batch that failed it rests for all of them. */
export function backlogDrain(restMs = defaultRestMs): DrainBacklog {
  let restsUntil = 0
  const rests = () => performance.now() < restsUntil

  return async (size) => {
    const endsAt = performance.now() + longestMs
    let done = 0
    try {
      while (performance.now() < endsAt) {
        const ended = await applyOldest(size, rests)
        done += ended
        if (ended < size) break
      }
    } catch (error) {
      if (!isLostRace(error)) restsUntil = performance.now() + restMs
      log().warn(
        { code: 'backlog_left', detail: errorText(error).slice(0, 500) },
        'left a backlog to the queue',
      )
    }
    return done
  }
}

/** @param rests whether to do nothing, asked when the batch's turn has come */
async function applyOldest(size: number, rests: () => boolean): Promise<number> {
  const places = await lines.joinLast()
  try {
    if (rests()) return 0
    const { ended, changedCities } = await transact(async (trx) => {
      const jobs = await lockNewJobs(trx, 'stripe-events', size)
      const { ready, asking } = await sortEvents(
        jobs.map(({ payload }) => payload.eventId),
        trx,
      )
      const left = new Set(asking.map(({ key }) => key))
      const ours = jobs.filter(({ payload }) => !left.has(payload.eventId)).map(({ id }) => id)
      await endLockedJobs(trx, 'stripe-events', ours)
      const changed = await applyClaimed(trx, ready, {
        onClaimed: () => {
          places.claiming.pass()
          return places.locking.mine
        },
        onLocked: places.locking.pass,
      })
      return { ended: ours.length, changedCities: changed }
    })
    announceStockChange(changedCities)
    return ended
  } finally {
    leaveLines(places)
  }
}
