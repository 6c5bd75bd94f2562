import { afterAll, beforeAll } from 'vitest'
import { closeDatabase } from '@/lib/database'
import { stopQueueSender } from '@/lib/queues/send'
import { createTestDatabase, type TestDatabase } from '../database'
import { until } from '../until'
import { connectOwner, type Owner } from './owner'

export interface StoryDatabase {
  readonly owner: Owner
  readonly appUrl: string
  readonly ownerUrl: string
  /** Moves every rule's clock forward. */
  moveClock: (minutes: number) => Promise<void>
  /** Deadlocks that PostgreSQL has counted so far. Ends the product's connections: only then do they report all. */
  deadlocks: () => Promise<number>
}

/** A released database for a test file, which the product's own functions find, and its owner beside it. */
export function storyDatabase(): StoryDatabase {
  let made: { database: TestDatabase; owner: Owner } | undefined
  const open = () => {
    if (!made) throw new Error('The database exists from beforeAll on')
    return made
  }
  beforeAll(async () => {
    const database = await createTestDatabase()
    made = { database, owner: await connectOwner(database.ownerUrl) }
  })
  afterAll(async () => {
    await open().owner.end()
    await stopQueueSender()
    await closeDatabase()
    await open().database.drop()
  })
  return {
    get owner() {
      return open().owner
    },
    get appUrl() {
      return open().database.appUrl
    },
    get ownerUrl() {
      return open().database.ownerUrl
    },
    moveClock: async (minutes) => {
      await open().owner.query(`update app_clock set shift = shift + make_interval(secs => $1)`, [
        minutes * 60,
      ])
    },
    deadlocks: async () => {
      await stopQueueSender()
      await closeDatabase()
      const { query } = open().owner
      await until(async () => (await query(othersConnected)).length === 0)
      const [row] = await query<{ deadlocks: string }>(
        'select deadlocks from pg_stat_database where datname = current_database()',
      )
      return Number(row?.deadlocks)
    },
  }
}

const othersConnected = `
  select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
    and backend_type = 'client backend'`
