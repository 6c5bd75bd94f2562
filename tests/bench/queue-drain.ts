import type { PgBoss } from 'pg-boss'
import { backlogDrain } from '@/worker/backlog'
import { type handleEvents, paymentsHandler, paymentsWorker } from '@/worker/payments'
import { workQueue } from '@/worker/queue-worker'

type Handle = typeof handleEvents

export const doNothing: Handle = async (jobs) => jobs.map(({ id }) => ({ id, status: 'completed' }))

/** Has the product's loops, with its handler or another one, empty a full queue. @returns jobs per second */
export async function drainRate(boss: PgBoss, count: number, handle?: Handle): Promise<number> {
  const { promise: allDone, resolve, reject } = Promise.withResolvers<void>()
  let left = count
  const drainBacklog = backlogDrain()
  const handleBatch =
    handle ??
    paymentsHandler(async (size) => {
      const done = await drainBacklog(size)
      left -= done
      return done
    })
  const began = performance.now()
  await workQueue(boss, {
    ...paymentsWorker,
    handle: async (jobs) => {
      const outcomes = await handleBatch(jobs)
      if (outcomes.some((outcome) => outcome.status !== 'completed')) reject(new Error('A job failed'))
      left -= jobs.length
      if (left <= 0) resolve()
      return outcomes
    },
  })
  await allDone
  const perSecond = (count * 1000) / (performance.now() - began)
  await boss.offWork(paymentsWorker.queue)
  return perSecond
}
