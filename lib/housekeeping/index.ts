import { forgetSignIns } from '@/lib/accounts/forget'
import { noteTourSales } from '@/lib/analytics/tour-sales'
import { type Connection, database } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { forgetKeys } from '@/lib/idempotency/idempotency'
import { log } from '@/lib/log'
import { reportDeadLetters } from './dead-letters'
import { resumeDeliveries } from './deliveries'
import { resumeEvents } from './events'
import { forgetRequestCounts } from './request-counts'
import { type Forgotten, forgetFacts } from './retention'

export type HousekeepingTask = 'resume' | 'forget'

/**
 * `resume`: puts back on its queue what should be there and is not, reports new dead letters, and notes what was sold
 * up to the last full hour.
 * `forget`: drops what is too old to keep. Both are safe to repeat and to run twice at once.
 *
 * @throws AggregateError when a step failed; the others have been done all the same
 */
export async function runHousekeeping(task: HousekeepingTask): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps[task]) await step(database()).catch((error: unknown) => failures.push(error))
  if (failures.length === 0) return
  const messages = failures.map(errorText)
  throw new AggregateError(failures, messages.join('; '))
}

type Step = (connection: Connection) => Promise<unknown>

const steps: Record<HousekeepingTask, readonly Step[]> = {
  resume: [
    (connection) => resumeEvents(connection).then((count) => logResumed('events', count)),
    (connection) => resumeDeliveries(connection).then((count) => logResumed('deliveries', count)),
    reportDeadLetters,
    noteTourSales,
  ],
  forget: [
    (connection) => forgetFacts(connection).then(logForgotten),
    forgetSignIns,
    forgetKeys,
    forgetRequestCounts,
  ],
}

function logResumed(what: 'events' | 'deliveries', count: number): void {
  if (count > 0) log().warn({ code: 'jobs_resumed', [what]: count }, 'jobs were missing')
}

function logForgotten({ forgotten }: Forgotten): void {
  if (forgotten > 0) log().info({ forgotten }, 'facts of old events forgotten')
}
