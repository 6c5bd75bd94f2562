import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '@/db/client'
import type { Database } from '@/db/schema'
import type { NewAlert } from '@/lib/alerts/alert'
import type { AlertTargets } from '@/lib/alerts/plan'
import { raiseAlerts } from '@/lib/alerts/raise'
import { raiseStockAlerts, type StockChange } from '@/lib/inventory/alerts/stock'
import { database } from '@/lib/database'
import type { PayloadOf } from '@/lib/queues/definitions'
import { queueSender, startQueueSender } from '@/lib/queues/send'
import { countRoundTrips } from '@/tests/support/stories/counted'
import { storyDatabase } from '@/tests/support/stories/database'
import { until } from '@/tests/support/until'
import { alertsWorker } from '@/worker/alerts'

const story = storyDatabase()
let owner: Kysely<Database>

beforeAll(async () => {
  owner = createDatabase({ connectionString: story.ownerUrl, max: 2, applicationName: 'owner' })
  await startQueueSender()
  await owner
    .insertInto('cities')
    .values({
      id: 'raise-city',
      name: 'Raise City',
      time_zone: 'UTC',
      starts_on: '2026-01-10',
      ends_on: '2026-01-11',
    })
    .execute()
})
beforeEach(async () => {
  await sql`delete from pgboss.job`.execute(owner)
  await sql`truncate alert_deliveries, alerts`.execute(owner)
  await setStock('ga', { publicLimit: 35, actualLimit: 35, sold: 0 })
  await setStock('vip', { publicLimit: 15, actualLimit: 15, sold: 0 })
})
afterAll(async () => {
  await owner.destroy()
})

const targets: AlertTargets = {
  slack: ['webhook'],
  email: ['a@example.com', 'b@example.com'],
  sms: ['+12145550100'],
}

type Figures = StockChange['after']

async function setStock(tier: 'ga' | 'vip', { publicLimit, actualLimit, sold }: Figures): Promise<void> {
  const row = { public_limit: publicLimit, actual_limit: actualLimit, sold }
  await owner
    .insertInto('inventory')
    .values({ city_id: 'raise-city', tier, ...row })
    .onConflict((conflict) => conflict.columns(['city_id', 'tier']).doUpdateSet(row))
    .execute()
}

/** A change as the engine makes it: the stock is written, then its alerts are raised. */
async function change(
  db: Kysely<Database>,
  { tier, before, after }: Omit<StockChange, 'cityId'>,
  to: AlertTargets = targets,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('inventory')
      .set({ sold: after.sold, public_limit: after.publicLimit, actual_limit: after.actualLimit })
      .where('city_id', '=', 'raise-city')
      .where('tier', '=', tier)
      .execute()
    await meanwhile()
    await raiseStockAlerts(trx, [{ cityId: 'raise-city', tier, before, after }], to)
  })
}

const stock = (actualLimit: number, sold: number, publicLimit = 35): Figures => ({
  publicLimit,
  actualLimit,
  sold,
})

async function alerts() {
  return owner.selectFrom('alerts').orderBy('created_at').selectAll().execute()
}

describe('a change of stock', () => {
  test('from 12 left to 4 raises one alert, for the threshold at 5', async () => {
    await change(database(), { tier: 'ga', before: stock(35, 23), after: stock(35, 31) })
    expect(await alerts()).toMatchObject([
      { kind: 'threshold', level: 'critical', city_id: 'raise-city', tier: 'ga', remaining: 4 },
    ])
    const deliveries = await owner.selectFrom('alert_deliveries').selectAll().execute()
    expect(deliveries.map((row) => `${row.channel} ${row.target} ${row.state}`).sort()).toEqual([
      'email a@example.com pending',
      'email b@example.com pending',
      'slack webhook pending',
      'sms +12145550100 pending',
    ])
    const jobs = await sql`select from pgboss.job where name = 'alerts'`.execute(owner)
    expect(jobs.rows).toHaveLength(4)
  })

  test('by a reduction of the limit raises the same alert', async () => {
    await change(database(), { tier: 'ga', before: stock(40, 30, 30), after: stock(32, 30, 30) })
    expect(await alerts()).toMatchObject([{ level: 'emergency', remaining: 2 }])
  })

  test('upwards, or between two thresholds, raises nothing', async () => {
    await change(database(), { tier: 'ga', before: stock(35, 34), after: stock(35, 20) })
    await change(database(), { tier: 'ga', before: stock(35, 26), after: stock(35, 29) })
    expect(await alerts()).toEqual([])
  })

  test('that is undone takes its alerts, deliveries and jobs with it', async () => {
    const failing = database()
      .transaction()
      .execute(async (trx) => {
        const raised = {
          cityId: 'raise-city',
          tier: 'ga',
          before: stock(35, 30),
          after: stock(35, 35),
        } as const
        await raiseStockAlerts(trx, [raised], targets)
        throw new Error('undone')
      })
    await expect(failing).rejects.toThrow('undone')
    expect(await alerts()).toEqual([])
    expect((await sql`select from pgboss.job`.execute(owner)).rows).toEqual([])
  })

  test('stands even if its alert cannot be stored', async () => {
    const broken = { ...targets, email: ['x'.repeat(300)] }
    await change(database(), { tier: 'ga', before: stock(35, 30), after: stock(35, 33) }, broken)
    expect(await alerts()).toEqual([])
    const sold = await owner
      .selectFrom('inventory')
      .select('sold')
      .where('city_id', '=', 'raise-city')
      .where('tier', '=', 'ga')
      .execute()
    expect(sold).toEqual([{ sold: 33 }])
  })

  test('without a crossing costs one round trip, and a crossing a handful, whatever the number of targets', async () => {
    const many = { ...targets, email: Array.from({ length: 300 }, (_, index) => `${index}@example.com`) }
    const cost = (before: Figures, after: Figures) =>
      countRoundTrips(story.appUrl, (trx) =>
        raiseStockAlerts(trx, [{ cityId: 'raise-city', tier: 'ga', before, after }], many),
      )
    expect(await cost(stock(35, 1), stock(35, 1))).toBe(0)
    expect(await cost(stock(35, 1), stock(35, 2))).toBe(1)
    expect(await cost(stock(35, 29), stock(35, 30))).toBeLessThanOrEqual(6)
  })
})

describe('the public sell-out with hidden seats left', () => {
  test('is told when the second tier sells out, with what is left', async () => {
    await setStock('vip', stock(20, 14, 15))
    await change(database(), { tier: 'ga', before: stock(40, 34), after: stock(40, 35) })
    expect((await alerts()).filter((alert) => alert.kind === 'public_sell_out')).toEqual([])
    await change(database(), { tier: 'vip', before: stock(20, 14, 15), after: stock(20, 15, 15) })
    expect((await alerts()).filter((alert) => alert.kind === 'public_sell_out')).toMatchObject([
      {
        city_id: 'raise-city',
        remaining: 10,
        subject: 'Raise City is sold out for the public, 10 hidden seats left',
      },
    ])
  })

  test('is not told without hidden seats: that is the plain sell-out', async () => {
    await setStock('vip', stock(15, 15, 15))
    await change(database(), { tier: 'ga', before: stock(35, 34), after: stock(35, 35) })
    expect((await alerts()).map((alert) => alert.kind)).toEqual(['sold_out'])
  })

  test('keeps nothing else from being told, though somebody stalls in its turn', async () => {
    await setStock('ga', stock(40, 35))
    await owner.transaction().execute(async (stalled) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('public sell-out of raise-city', 0))`.execute(
        stalled,
      )
      await change(database(), { tier: 'vip', before: stock(15, 14, 15), after: stock(15, 15, 15) })
    })
    expect((await alerts()).map(({ kind }) => kind)).toEqual(['sold_out'])
  })

  test('is told once when both tiers sell out in transactions that do not see each other', async () => {
    await setStock('ga', stock(40, 34))
    await setStock('vip', stock(20, 14, 15))
    let arrived = 0
    const bothHaveWritten = () => {
      arrived++
      return until(() => arrived === 2)
    }
    await Promise.all([
      change(
        database(),
        { tier: 'ga', before: stock(40, 34), after: stock(40, 35) },
        targets,
        bothHaveWritten,
      ),
      change(
        database(),
        { tier: 'vip', before: stock(20, 14, 15), after: stock(20, 15, 15) },
        targets,
        bothHaveWritten,
      ),
    ])
    expect((await alerts()).filter((alert) => alert.kind === 'public_sell_out')).toHaveLength(1)
  })
})

describe('behind a bulk of alerts', () => {
  const bulk: NewAlert[] = Array.from({ length: 20 }, (_, index) => ({
    kind: 'expansion',
    subject: `City ${index}: 5 GA seats added`,
    body: 'Authorized by tests.',
  }))
  const raise = (...raised: NewAlert[]) =>
    database()
      .transaction()
      .execute((trx) => raiseAlerts(trx, raised, targets))

  /** What each lane of the worker takes next. */
  async function nextOfLanes() {
    const boss = await queueSender()
    return Promise.all(
      alertsWorker.polls.map(async (poll) => {
        const jobs = await boss.fetch<PayloadOf<'alerts'>>('alerts', poll)
        return jobs.map(({ data: { alertId, channel } }) => ({ alertId, channel }))
      }),
    )
  }

  test('an emergency is next on each channel', async () => {
    await raise(...bulk)
    const [id = ''] = await raise({
      kind: 'threshold',
      level: 'emergency',
      channels: ['slack', 'email', 'sms'],
      subject: 'Emergency: 2 GA seats left',
      body: '33 of 35 GA seats are sold.',
    })
    const taken = (await nextOfLanes()).map((jobs) =>
      jobs.filter(({ alertId }) => alertId === id).map(({ channel }) => channel),
    )
    expect(taken).toEqual([['sms'], ['slack'], ['email', 'email'], []])
  })

  test('jobs with the priorities of the version before are next in a lane of their own', async () => {
    const [id = ''] = await raise({
      kind: 'audit',
      subject: 'The ledger and the stock differ',
      body: 'By one.',
    })
    await sql`update pgboss.job set priority =
      case data ->> 'channel' when 'sms' then 3 when 'slack' then 2 else 1 end`.execute(owner)
    await raise(...bulk)
    const older = (await nextOfLanes()).flat().filter(({ alertId }) => alertId === id)
    expect(older.map(({ channel }) => channel).sort()).toEqual(['email', 'email', 'slack', 'sms'])
  })
})

describe('raising', () => {
  const notice: NewAlert = {
    kind: 'audit',
    subject: 'The ledger and the stock differ',
    body: 'By one.',
    key: 'audit 1',
  }
  const raise = (...raised: NewAlert[]) =>
    database()
      .transaction()
      .execute((trx) => raiseAlerts(trx, raised, targets))

  test('the same key is one alert, also for two at once', async () => {
    const ids = await Promise.all([raise(notice), raise(notice)])
    expect(ids.flat()).toHaveLength(1)
    expect(await raise(notice)).toEqual([])
    expect((await sql`select from pgboss.job`.execute(owner)).rows).toHaveLength(4)
  })

  test('as many alerts as a bulk call can cause, to as many people as can be told', async () => {
    const email = Array.from({ length: 50 }, (_, index) => `${index}@example.com`)
    const many: NewAlert[] = Array.from({ length: 500 }, (_, index) => ({
      kind: 'expansion',
      subject: `City ${index}: 5 GA seats added`,
      body: 'Authorized by tests.',
    }))
    const ids = await database()
      .transaction()
      .execute((trx) => raiseAlerts(trx, many, { ...targets, email }))
    expect(ids).toHaveLength(500)
    const counted = await sql`
      select channel, state, count(*)::int as number, count(distinct (alert_id, target))::int as "each",
        bool_and(next_try_at <= app_now()) as due
      from alert_deliveries group by channel, state order by channel`.execute(owner)
    expect(counted.rows).toEqual([
      { channel: 'email', state: 'pending', number: 25_000, each: 25_000, due: true },
      { channel: 'slack', state: 'pending', number: 500, each: 500, due: true },
    ])
    const jobs = await sql`select count(*)::int as number from pgboss.job`.execute(owner)
    expect(jobs.rows).toEqual([{ number: 25_500 }])
  })

  test('text that the database would refuse is made to fit', async () => {
    await raise({
      kind: 'manual',
      subject: `\0two\nlines ${'x'.repeat(300)}`,
      body: `${'y'.repeat(3_000)}\ud83d`,
    })
    const [alert] = await alerts()
    expect(alert?.subject).toMatch(/^two lines x+$/)
    expect(alert?.subject.length).toBe(255)
    expect(alert?.body.length).toBe(2_000)
  })
})
