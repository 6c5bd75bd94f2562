import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '@/db/client'
import { createConnection } from '@/db/connection'
import { listenForStockChanges } from '@/lib/inventory/announce'
import { release } from '@/lib/release'
import { createBoss } from '@/worker/boss'
import { storyDatabase } from '../../support/stories/database'
import { type TcpRelay, startTcpRelay } from '../../support/tcp-relay'

const story = storyDatabase()
let url = ''
/** The same settings as parameters, which the driver knows by their names and sends after all options. */
let withParameters = ''
/** Stands before PostgreSQL where the product connects by `DATABASE_URL`. */
let relay: TcpRelay
beforeAll(async () => {
  // As a host may hand it out: one setting of its own, and some that are rules of ours.
  const options =
    'options=-c%20work_mem%3D5MB+-c%20statement_timeout=0+-c%20idle_session_timeout=1&sslmode=disable'
  const parameters =
    'statement_timeout=0&lock_timeout=0&idle_in_transaction_session_timeout=0&query_timeout=1'
  url = `${story.appUrl}?${options}`
  withParameters = `${story.appUrl}?${parameters}&${options}`
  relay = await startTcpRelay(withParameters)
  process.env.DATABASE_URL = relay.url
})
afterAll(() => relay.close())

const inForce = `select current_setting('work_mem') as work_mem,
  current_setting('statement_timeout') as statement_timeout,
  current_setting('idle_in_transaction_session_timeout') as idle_in_transaction_session_timeout,
  current_setting('TimeZone') as "TimeZone"`

/** The first one is the address's own, the others are ours. */
const asItMustBe = {
  work_mem: '5MB',
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '1min',
  TimeZone: 'UTC',
}

test.each([
  ['options', () => url],
  ['parameters', () => withParameters],
])(
  'the pool keeps its limits beside the %s of its address, and those of the address beside its own',
  async (_, address) => {
    const connection = createDatabase({ connectionString: address(), max: 1, applicationName: 'options' })
    try {
      const { rows } = await sql`${sql.raw(inForce)},
      current_setting('lock_timeout') as lock_timeout,
      current_setting('default_transaction_isolation') as isolation`.execute(connection)
      expect(rows).toEqual([{ ...asItMustBe, lock_timeout: '5s', isolation: 'read committed' }])
    } finally {
      await connection.destroy()
    }
  },
)

test('and so does the worker’s queue', async () => {
  const boss = await createBoss().start()
  try {
    const plans = `current_setting('enable_nestloop') as nestloop, current_setting('enable_sort') as sort`
    const { rows } = await boss.getDb().executeSql(`${inForce}, ${plans}`)
    expect(rows).toEqual([{ ...asItMustBe, statement_timeout: '1min', nestloop: 'off', sort: 'off' }])
  } finally {
    await boss.stop({ graceful: false })
  }
})

test('and so does a connection beside the pools, which stays however long it has nothing to do', async () => {
  const connection = createConnection({ connectionString: withParameters, applicationName: 'options' })
  await connection.connect()
  try {
    const { rows } = await connection.query(`${inForce},
      current_setting('lock_timeout') as lock_timeout,
      current_setting('idle_session_timeout') as idle_session_timeout`)
    expect(rows).toEqual([{ ...asItMustBe, lock_timeout: '5s', idle_session_timeout: '0' }])
  } finally {
    await connection.end()
  }
})

test('no connection of a release, and none that listens, begins with a time-out of its address', async () => {
  const owner = await startTcpRelay(`${story.ownerUrl}${new URL(withParameters).search}`)
  try {
    await release({ ownerUrl: owner.url, appUrl: relay.url })
    await (await listenForStockChanges(() => undefined)).close()
    // A parameter stands between two zeros; a setting within the options does not.
    const asParameter = /\0\w+_timeout\0/
    for (const { asked } of [owner, relay]) expect(asParameter.exec(asked().toString('latin1'))).toBeNull()
  } finally {
    await owner.close()
  }
})
