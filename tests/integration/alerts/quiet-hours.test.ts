import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { presentResent } from '@/app/presenters/console/alerts'
import { deliveryName } from '@/lib/alerts/delivery-name'
import { raiseAlerts } from '@/lib/alerts/raise'
import { getAlert } from '@/lib/alerts/read-alerts'
import { resendAlert } from '@/lib/alerts/resend'
import { loadAlertSettings } from '@/lib/alerts/settings'
import { database } from '@/lib/database'
import { formatExactly } from '@/app/format/dates'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '@/tests/support/accounts'
import { alertDesk } from '@/tests/support/alert-desk'

const { db, providers, set, work, statesOf } = alertDesk()

/** Quiet hours that began an hour ago and end in two, in a zone that never changes its clocks. */
async function quietAround(timeZone: string) {
  const [clock] = await db.owner.query<{ from: string; to: string }>(
    `select to_char(app_now() at time zone $1 - interval '1 hour', 'HH24:MI') as from,
      to_char(app_now() at time zone $1 + interval '2 hours', 'HH24:MI') as to`,
    [timeZone],
  )
  if (!clock) throw new Error('no clock')
  return { ...clock, timeZone }
}

test('mild alerts of the quiet hours wait until these are over; severe ones do not', async () => {
  await set({ gatherSeconds: 0, quiet: await quietAround('UTC') })
  const alert = { kind: 'threshold', channels: ['slack'], body: 'B' } as const
  const [mild = '', severe = ''] = await transact((trx) =>
    raiseAlerts(trx, [
      { ...alert, level: 'low', subject: 'Mild' },
      { ...alert, level: 'critical', subject: 'Severe' },
    ]),
  )
  await work()
  expect(await statesOf(severe)).toEqual(['slack sent'])
  expect(await statesOf(mild)).toEqual(['slack pending'])
  await db.moveClock(60)
  await work()
  expect(await statesOf(mild)).toEqual(['slack pending'])
  await db.moveClock(61)
  await work()
  expect(await statesOf(mild)).toEqual(['slack sent'])
})

test('one that was raised before waits, too, when its turn comes in the quiet hours', async () => {
  await set({ gatherSeconds: 0 })
  const [id = ''] = await transact((trx) =>
    raiseAlerts(trx, [{ kind: 'threshold', level: 'low', channels: ['slack'], subject: 'S', body: 'B' }]),
  )
  await set({ quiet: { from: '00:00', to: '23:59', timeZone: 'UTC' } })
  const [clock] = await db.owner.query<{ isLastMinute: boolean }>(
    `select to_char(app_now() at time zone 'UTC', 'HH24:MI') = '23:59' as "isLastMinute"`,
  )
  await work()
  expect(await statesOf(id)).toEqual([clock?.isLastMinute ? 'slack sent' : 'slack pending'])
  const jobs = await sql<{
    count: number
  }>`select count(*)::int as count from pgboss.job where name = 'alerts'`.execute(database())
  expect(jobs.rows).toEqual([{ count: clock?.isLastMinute ? 0 : 1 }])
})

describe('sent once more in quiet hours', () => {
  /** An alert that arrived before it was quiet, and the way to send it again. */
  async function sentBefore(level: 'low' | 'critical') {
    await set({ gatherSeconds: 0 })
    const [alertId = ''] = await transact((trx) =>
      raiseAlerts(trx, [{ kind: 'threshold', level, channels: ['slack'], subject: 'S', body: 'B' }]),
    )
    await work()
    await set({ quiet: await quietAround('Asia/Kolkata') })
    const delivery = deliveryName({ alertId, channel: 'slack', target: 'webhook' })
    return { alertId, again: () => resendAlert({ alertId, delivery }, somebody) }
  }

  test('a mild alert goes out when these end, and says so', async () => {
    const { alertId, again } = await sentBefore('low')
    const resent = await again()
    if (!resent.ok) throw new Error(resent.code)
    const end = resent.value.quietUntil?.at.getTime() ?? 0
    const next = (await getAlert(alertId))?.deliveries[0]?.nextTryAt?.getTime() ?? 0
    expect(Math.abs(next - end)).toBeLessThan(5_000)
    expect(end - Date.now()).toBeGreaterThan(118 * 60_000)
    expect(presentResent(resent.value)).toEqual({
      title: 'The alert is sent once more when quiet hours end',
      text: `Mild alerts wait until then: ${formatExactly(new Date(end), 'Asia/Kolkata')}.`,
    })
    await work()
    expect(await statesOf(alertId)).toEqual(['slack pending'])
    expect(providers.slack.messages).toHaveLength(1)
    await db.moveClock(121)
    await work()
    expect(await statesOf(alertId)).toEqual(['slack sent'])
    expect(providers.slack.messages).toHaveLength(2)
  })

  test('a grave one goes out at once', async () => {
    const { alertId, again } = await sentBefore('critical')
    const resent = await again()
    expect(resent).toEqual({ ok: true, value: { quietUntil: null } })
    expect(presentResent({ quietUntil: null })).toEqual({ title: 'The alert is sent once more' })
    await work()
    expect(await statesOf(alertId)).toEqual(['slack sent'])
    expect(providers.slack.messages).toHaveLength(2)
  })
})

test('quiet hours of an older version may name their zone by an abbreviation, and lose nobody their mails', async () => {
  const stored = {
    quiet: { from: '22:00', to: '07:00', timeZone: 'CST' },
    recipients: { emails: ['ada@example.com'], phones: [] },
  }
  await db.owner.query(`insert into settings (key, value) values ('alerts', $1)`, [JSON.stringify(stored)])
  expect(await loadAlertSettings(database())).toMatchObject(stored)
})
