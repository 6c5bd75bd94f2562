import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { createConnection } from '@/db/connection'
import { watched } from '@/db/pool'
import { boundedSession } from '@/db/session-settings'
import {
  deadLetterOptions,
  deadLetterQueues,
  type QueueDefinition,
  type QueueName,
  queues,
  queueSchema,
} from './definitions'

/**
 * Installs or migrates pg-boss's schema, creates or updates every queue, and gives the application's role what
 * it needs there. The role owns nothing and runs no DDL. Safe to repeat; one at a time (`withReleaseLock`).
 *
 * @throws the first error; what came before it stays applied
 */
export async function releaseQueues(target: { ownerUrl: string; appRole: string }): Promise<void> {
  const boss = new PgBoss({
    ...watched,
    // An index of a large table takes its time.
    ...boundedSession(target.ownerUrl, { statementTimeoutMs: 0, lockTimeoutMs: 0 }),
    application_name: '6fb-release',
    max: 2,
    schema: queueSchema,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  const errors: Error[] = []
  boss.on('error', (error) => errors.push(error))
  await boss.start()
  try {
    // A queue's dead letter queue must exist before it.
    for (const name of deadLetterQueues) await createOrUpdate(boss, name, deadLetterOptions)
    for (const name of Object.keys(queues) as QueueName[]) {
      const { options, deadLetter } = queues[name] as QueueDefinition
      await createOrUpdate(boss, name, deadLetter ? { ...options, deadLetter } : options)
    }
    await finishMigration(boss)
  } finally {
    await boss.stop({ graceful: false })
  }
  const [error] = errors
  if (error) throw error
  await grant(target)
}

async function createOrUpdate(
  boss: PgBoss,
  name: string,
  options: QueueDefinition['options'] & { deadLetter?: string },
): Promise<void> {
  const existing = await boss.getQueue(name)
  const { policy, partition = false, ...changeable } = options
  if (!existing) {
    await boss.createQueue(name, { policy, partition, ...changeable })
    return
  }
  // pg-boss would keep the old policy or table silently.
  if (existing.policy !== policy) throw new Error(`Queue ${name} exists with policy ${existing.policy}`)
  if ((existing.partition ?? false) !== partition) throw new Error(`Queue ${name} exists in another table`)
  await boss.updateQueue(name, changeable)
}

/** pg-boss builds indexes of a newer version after its migration, by a statement of its own for each table. */
async function finishMigration(boss: PgBoss): Promise<void> {
  for (;;) {
    const states = await boss.getBamStatus()
    if (!states.some(({ status, count }) => count > 0 && (status === 'pending' || status === 'in_progress')))
      return
    await delay(500)
  }
}

/** Rows only. Tables of queues that a later release adds come with a later grant. */
async function grant({ ownerUrl, appRole }: { ownerUrl: string; appRole: string }): Promise<void> {
  const client = createConnection({ connectionString: ownerUrl, applicationName: '6fb-release' })
  await client.connect()
  try {
    const schema = pg.escapeIdentifier(queueSchema)
    const role = pg.escapeIdentifier(appRole)
    await client.query(`grant usage on schema ${schema} to ${role}`)
    await client.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${role}`)
    await client.query(`grant usage, select on all sequences in schema ${schema} to ${role}`)
    await client.query(`grant execute on all functions in schema ${schema} to ${role}`)
  } finally {
    await client.end()
  }
}
