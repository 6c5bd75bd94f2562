import { errorText } from '@/lib/error-text'
import { announceStockChange } from '@/lib/inventory/announce'
import { isLostRace } from '@/lib/inventory/retryable'
import { log } from '@/lib/log'
import { endLockedJobs, lockNewJobs } from '@/lib/queues/locked-jobs'
import { transact } from '@/lib/queues/transaction'
import { applyClaimed, sortEvents } from '@/lib/stripe/apply-events'
import { leaveLines, lines } from './payment-lines'

/** Then pg-boss fetches again: what is to be retried must not wait for the end of a backlog, nor a worker's stop. */
const longestMs = 5_000
/** How long pg-boss alone hands out jobs after a batch that failed, by when it has found the event at fault. */
const defaultRestMs = 30_000

/**
 * Applies what waits in the queue for Stripe's events, batch by batch, for up to five seconds. Each batch is one
 * transaction that locks its jobs and deletes them, so its jobs are never written to: a tenth faster, or more, than by
 * pg-boss's fetch. It does only what goes well: jobs that were tried before, events that Stripe has to be asked about,
 * and a batch that fails are left as they were, for `handleEvents`.
 *
 * @param size jobs of a batch; fewer than that are no backlog, and end it
 * @returns how many jobs were done
 */
export type DrainBacklog = (size: number) => Promise<number>

/** Its callers, each a loop of its own, share the rest after a batch that failed. */
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
