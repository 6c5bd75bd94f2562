import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { raiseAlerts } from '@/lib/alerts/raise'
import { database } from '@/lib/database'
import { replayAsAdmin } from '@/lib/housekeeping/replay-as-admin'
import { alertDeliveries, anAlert } from '@/tests/support/alert-deliveries'
import { until } from '@/tests/support/until'

/** What happens to a delivery that was refused: when it is tried again, and when no more. */

const {
  providers,
  setAlertSettings,
  raise,
  deliveries,
  statesOf,
  untilSettled,
  deliver,
  workAlerts,
  deadLetters,
} = alertDeliveries()

describe('refusals', () => {
  test('a permanent one fails that target at once, shows why, and leaves the others alone', async () => {
    const { smtp, slack, twilio, emails, phones } = providers
    smtp.refuse(emails[1], 550)
    twilio.answer(phones[0], 400)
    slack.refuse({ status: 404, body: 'no_service' })
    const [alertId] = await raise(anAlert())
    await workAlerts()

    expect(await untilSettled(alertId)).toEqual({
      [emails[0]]: 'sent',
      [emails[1]]: 'failed',
      [emails[2]]: 'sent',
      [phones[0]]: 'failed',
      [phones[1]]: 'sent',
      webhook: 'failed',
    })
    const failed = (await deliveries(alertId)).filter((row) => row.state === 'failed')
    expect(failed).toMatchObject([
      { target: emails[1], attempts: 1, last_error: expect.stringContaining('550') as unknown },
      { target: 'webhook', attempts: 1, last_error: '404 no_service' },
      { target: phones[0], attempts: 1, last_error: expect.stringContaining('400') as unknown },
    ])
  })

  test('passing ones are tried again: 451 by mail, 429 and 503 by Slack', async () => {
    const { smtp, slack, emails } = providers
    smtp.refuse(emails[0], 451)
    slack.refuse({ status: 429, body: 'rate_limited', retryAfter: 1 }, { status: 503, body: 'unavailable' })
    const [alertId] = await raise(anAlert({ channels: ['email', 'slack'] }))
    await workAlerts()
    expect(new Set(Object.values(await untilSettled(alertId)))).toEqual(new Set(['sent']))
    expect(slack.messages).toHaveLength(1)
    expect(smtp.mails).toHaveLength(3)
    const attempts = Object.fromEntries((await deliveries(alertId)).map((row) => [row.target, row.attempts]))
    expect(attempts).toEqual({ [emails[0]]: 2, [emails[1]]: 1, [emails[2]]: 1, webhook: 3 })
  })

  test('between two tries the row says what went wrong and when the next one is', async () => {
    const { smtp, emails } = providers
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 300 })
    smtp.refuse(emails[0], 451)
    const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
    await deliver(alertId, 'email', emails[0])
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    const row = (await deliveries(alertId)).find((delivery) => delivery.target === emails[0])
    expect(row).toMatchObject({
      state: 'pending',
      attempts: 1,
      last_error: expect.stringContaining('451') as unknown,
    })
    expect((row?.next_try_at?.getTime() ?? 0) - Date.now()).toBeGreaterThan(290_000)
  })

  test('after ten tries a delivery has failed and is a dead letter', async () => {
    const { twilio, phones } = providers
    twilio.answer(phones[0], ...Array.from({ length: 10 }, () => 503))
    const [alertId] = await raise(anAlert({ channels: ['sms'] }))
    await sql`update alert_deliveries set attempts = 8 where alert_id = ${alertId}`.execute(database())
    await workAlerts()
    expect(await untilSettled(alertId)).toEqual({ [phones[0]]: 'failed', [phones[1]]: 'sent' })
    // The delivery is settled by its own transaction, the job a moment later.
    const letters = await until(async () => {
      const found = await deadLetters()
      return found.length > 0 && found
    })
    expect(letters).toMatchObject([{ data: { alertId, channel: 'sms', target: phones[0] } }])
    expect(JSON.stringify(letters[0]?.sourceOutput)).not.toContain(phones[0])
  })

  test('a dead letter that is replayed sends the alert, and all that was in its digest', async () => {
    const { slack } = providers
    const mild = (cityId: string) => anAlert({ level: 'low', cityId, subject: cityId, channels: ['slack'] })
    const [lead = '', other = ''] = await raise(mild('city-1'), mild('city-2'))
    const [apart = ''] = await raise(anAlert({ channels: ['slack'] }))
    for (const alertId of [lead, apart]) {
      await sql`update alert_deliveries set attempts = 9 where alert_id = ${alertId}`.execute(database())
      slack.refuse({ status: 503, body: 'unavailable' })
      expect(await deliver(alertId, 'slack', 'webhook')).toBe('given_up')
    }
    expect(await statesOf(other)).toEqual({ webhook: 'failed' })
    await sql`delete from pgboss.job where data ->> 'alertId' <> ${lead}`.execute(database())
    await sql`update pgboss.job set name = 'alerts-dead', source_name = 'alerts'`.execute(database())

    const replayed = await replayAsAdmin(
      { queue: 'alerts-dead' },
      { actor: { kind: 'system', name: 'tests' } },
    )
    expect(replayed).toEqual({ ok: true, replayed: 1 })
    await workAlerts()
    expect(await untilSettled(lead)).toEqual({ webhook: 'sent' })
    expect(await statesOf(other)).toEqual({ webhook: 'sent' })
    expect(await statesOf(apart)).toEqual({ webhook: 'failed' })
    expect(slack.messages.map(({ text }) => text)).toEqual(['2 stock alerts: city-1; city-2'])
  })
})

describe('the job of a try is never before its time', () => {
  /** Of one delivery by Slack: from its time to its job's, in seconds. */
  async function jobAfterTime(alertId: string): Promise<number[]> {
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from job.start_after - delivery.next_try_at)::float8 as seconds
      from pgboss.job join alert_deliveries delivery on delivery.alert_id::text = job.data ->> 'alertId'
      where delivery.alert_id = ${alertId} and job.start_after > app_now()`.execute(database())
    return rows.map(({ seconds }) => seconds)
  }

  test('when it is raised late in a transaction', async () => {
    await setAlertSettings({ gatherSeconds: 60, retrySeconds: 0 })
    const [alertId = ''] = await database()
      .transaction()
      .execute(async (trx) => {
        await sql`select pg_sleep(0.1)`.execute(trx)
        return raiseAlerts(trx, [anAlert({ level: 'low', channels: ['slack'] })])
      })
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    expect(await jobAfterTime(alertId)).toEqual([0])
  })

  test('when it is to be tried again', async () => {
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 60 })
    const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
    providers.slack.refuse({ status: 503, body: 'unavailable' })
    await deliver(alertId, 'slack', 'webhook')
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    expect(await jobAfterTime(alertId)).toEqual([0])
  })
})
