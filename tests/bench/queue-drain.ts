import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { database } from '@/lib/database'
import { paymentsWorker } from '@/worker/payments'
import { workQueue } from '@/worker/queue-worker'

/** Has the product's worker, or a handler that does nothing, empty a full queue. @returns jobs per second */
export async function drainRate(boss: PgBoss, count: number, handler: 'ours' | 'empty'): Promise<number> {
  await sql`analyze pgboss.job`.execute(database()).catch(() => undefined)
  const { promise: allDone, resolve, reject } = Promise.withResolvers<void>()
  let left = count
  const began = performance.now()
  await workQueue(boss, {
    ...paymentsWorker,
    handle: async (jobs) => {
      const outcomes =
        handler === 'ours'
          ? await paymentsWorker.handle(jobs)
          : jobs.map((job) => ({ id: job.id, status: 'completed' as const }))
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
