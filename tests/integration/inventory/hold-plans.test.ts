import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Command } from '@/lib/inventory/commands'
import { executeIn } from '@/lib/inventory/execute'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { genericScans, recordStatements, type Recording } from '../../support/plans'

/**
 * Plans are made once and kept. Those made while nothing is live, and statistics say so, must still be right when a
 * sale has begun and thousands of holds are.
 */

const story = storyDatabase()
let cityId: string
let recording: Recording
beforeAll(async () => {
  cityId = await aCity({ ga: 50 })
  await story.owner.query(`
    insert into reservations (id, city_id, tier, quantity, status, epoch, email, visitor_hash, created_at, expires_at, lapses_at,
      closed_at, closed_because)
    select 'closed_' || n, '${cityId}', 'ga', 1, 'released', 0, n || '@example.com', 'visitor_' || n, app_now(), app_now(),
      app_now(), app_now(), 'cancelled'
    from generate_series(1, 5000) n`)
  await story.owner.query(`
    insert into payments (id, session_id, reservation_id, state)
    select 'cs_' || n, 'cs_' || n, 'other_' || n, 'failed' from generate_series(1, 5000) n`)
  await story.owner.query('vacuum analyze')
  recording = recordStatements(story.appUrl)
})
afterAll(() => recording.close())

const hold = (): Command => ({
  type: 'hold',
  reservationId: randomUUID(),
  cityId,
  tier: 'ga',
  quantity: 1,
  email: 'buyer@example.com',
  visitorHash: randomUUID(),
  addressHash: randomUUID(),
  reach: 'by_setting',
})

describe('plans made while nothing is live', () => {
  test.each<[string, () => Command[]]>([
    ['a hold', () => [hold()]],
    ['a release', () => [{ type: 'release', reservationId: 'closed_1', cause: 'cancelled' }]],
    ['a reset', () => [{ type: 'reset', cityId, authority: {} }]],
    [
      'a sale',
      () => [
        {
          type: 'sell',
          cityId,
          tier: 'ga',
          quantity: 1,
          payment: { sessionId: randomUUID(), reservationId: 'closed_2' },
          reach: 'by_setting',
        },
      ],
    ],
  ])('%s reads no index of the reservations whole', async (_, commands) => {
    recording.statements.length = 0
    await recording.connection.transaction().execute((trx) => executeIn(trx, [commands()]))
    const scans = await genericScans(recording, story.owner, 'reservations')
    expect(scans.length).toBeGreaterThan(0)
    expect(scans.filter((scan) => scan['Index Cond'] === undefined)).toEqual([])
  })

  test('a sale by its reservation’s name looks its payments up by that', async () => {
    const payment = { reservationId: 'closed_3' }
    const sale: Command = { type: 'sell', cityId, tier: 'ga', quantity: 1, payment, reach: 'actual' }
    recording.statements.length = 0
    await recording.connection.transaction().execute((trx) => executeIn(trx, [[sale]]))
    const scans = await genericScans(recording, story.owner, 'payments')
    expect(scans.map((scan) => scan['Index Name'])).toContain('payments_by_reservation')
    expect(scans.filter((scan) => scan['Index Cond'] === undefined)).toEqual([])
  })
})
