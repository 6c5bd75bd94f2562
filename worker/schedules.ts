import { database } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import type { PayloadOf, QueueName } from '@/lib/queues/definitions'
import { offer } from '@/lib/queues/offer'
import { paymentsWait } from '@/lib/queues/payments-wait'
import { afterPayments } from './after-payments'

interface Schedule<Name extends QueueName = QueueName> {
  queue: Name
  payload: PayloadOf<Name>
  /** How often a job is offered. */
  everySeconds: number
  /**
   * The period that has one job, if it is longer than `everySeconds`. A job is then offered several times in a
   * period, so that a worker that started late in one period is early in the next.
   */
  onceInSeconds?: number
  /** A worker's first job comes once no payment waits, within five minutes. By default it comes at once. */
  firstYields?: true
}

const schedules: readonly Schedule[] = [
  { queue: 'reservation-sweep', payload: {}, everySeconds: 5 },
  { queue: 'stripe-reconcile', payload: {}, everySeconds: 300 },
  { queue: 'housekeeping', payload: { task: 'resume' }, everySeconds: 60 },
  { queue: 'housekeeping', payload: { task: 'forget' }, everySeconds: 3_600 },
  { queue: 'audit', payload: { kind: 'incremental' }, everySeconds: 900, firstYields: true },
  {
    queue: 'audit',
    payload: { kind: 'full' },
    everySeconds: 3_600,
    onceInSeconds: 7 * 86_400,
    firstYields: true,
  },
]

/**
 * Enqueues what runs at intervals: now and at every interval. All workers do it. A period has one job all the same,
 * from the worker that comes first, and it has none while the last one still runs.
 *
 * @returns a function that ends it
 */
export function startSchedules(): () => void {
  const endings = schedules.flatMap((schedule) => {
    const act = () => offerJob(schedule)
    const timer = setInterval(() => void act(), schedule.everySeconds * 1_000)
    const end = () => clearInterval(timer)
    if (schedule.firstYields) return [end, afterPayments({ paymentsWait, act })]
    void act()
    return [end]
  })
  return () => endings.forEach((end) => end())
}

async function offerJob({
  queue,
  payload,
  everySeconds,
  onceInSeconds = everySeconds,
}: Schedule): Promise<void> {
  try {
    await offer(database(), queue, payload, onceInSeconds)
  } catch (error) {
    log().warn(
      { code: 'schedule_missed', queue, detail: errorText(error) },
      'a scheduled job was not enqueued; the next one will be',
    )
  }
}
