import { fromKysely, PgBoss, type JobInsert } from 'pg-boss'
import { type Connection, database } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import { type PayloadOf, type QueueDefinition, type QueueName, queues, queueSchema } from './definitions'

export interface EnqueueOptions {
  /** Not before so many seconds from now. */
  startAfterSeconds?: number
  /** At most one job for each key in each stretch of so many seconds, whatever became of it. */
  onceInSeconds?: number
  /** A new id although the definition derives one: for jobs that are sent again. */
  freshIds?: true
}

/**
 * Adds jobs to a queue by one statement on the given connection. In a transaction they exist only if it commits,
 * and no worker sees them earlier.
 *
 * @returns the ids of the jobs really added: not those whose id, or key on an exclusive queue, is taken
 *
 * @example
 * await database().transaction().execute(async (trx) => {
 *   await trx.insertInto('stripe_events').values(event).execute()
 *   await enqueue(trx, 'stripe-events', [{ eventId: event.id }])
 * })
 * wakeWorkers('stripe-events')
 */
export async function enqueue<Name extends QueueName>(
  connection: Connection,
  queue: Name,
  payloads: readonly PayloadOf<Name>[],
  options: EnqueueOptions = {},
): Promise<string[]> {
  if (payloads.length === 0) return []
  const boss = await queueSender()
  const jobs = payloads.map((payload) => toJob(queues[queue], payload, options))
  return (await boss.insert(queue, jobs, { db: fromKysely(connection), returnId: true })) ?? []
}

/**
 * Readies this process for sending, over its database pool. Optional (the first use does it), but a process
 * that starts it early learns early whether the queues are there.
 *
 * @throws when the database is away, or pg-boss's schema is missing or of another version
 */
export async function startQueueSender(connection: Connection = database()): Promise<void> {
  await queueSender(connection)
}

/** Ends the sender's timers. Call it before the pool is closed. */
export async function stopQueueSender(): Promise<void> {
  const starting = shared.__queueSender
  delete shared.__queueSender
  await starting?.then(
    (boss) => boss.stop({ graceful: false }),
    () => undefined,
  )
}

/** The process's pg-boss for statements on our own connections: it migrates, supervises and fetches nothing. */
export function queueSender(connection: Connection = database()): Promise<PgBoss> {
  shared.__queueSender ??= startSender(connection)
  return shared.__queueSender
}

const shared = globalThis as typeof globalThis & { __queueSender?: Promise<PgBoss> }

async function startSender(connection: Connection): Promise<PgBoss> {
  const boss = new PgBoss({
    db: fromKysely(connection),
    schema: queueSchema,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    queueCacheIntervalSeconds: 3_600,
  })
  boss.on('error', (error) => {
    log().warn({ code: 'queue_sender', detail: errorText(error) }, 'the queue sender met an error')
  })
  try {
    return await boss.start()
  } catch (error) {
    delete shared.__queueSender
    await boss.stop({ graceful: false })
    throw error
  }
}

function toJob(definition: QueueDefinition, payload: unknown, options: EnqueueOptions): JobInsert {
  const job: JobInsert = { data: payload as object }
  if (definition.jobId && !options.freshIds) job.id = definition.jobId(payload)
  if (definition.key) job.singletonKey = definition.key(payload)
  if (definition.priority) job.priority = definition.priority(payload)
  if (options.startAfterSeconds) job.startAfter = options.startAfterSeconds
  if (options.onceInSeconds) job.singletonSeconds = options.onceInSeconds
  return job
}
