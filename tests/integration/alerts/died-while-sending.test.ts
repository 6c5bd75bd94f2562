import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { runHousekeeping } from '@/lib/housekeeping'
import { alertDeliveries, anAlert } from '@/tests/support/alert-deliveries'

const { providers, raise, deliveries, deliver } = alertDeliveries()

/** What another process leaves behind that died during its call: taken, the lease over, no outcome. */
async function leaveSending(alertId: string, target: string, reference: string): Promise<void> {
  await database()
    .updateTable('alert_deliveries')
    .set({
      state: 'sending',
      attempts: 1,
      provider_id: reference,
      next_try_at: sql<Date>`app_now() - interval '1 s'`,
    })
    .where('alert_id', '=', alertId)
    .where('target', '=', target)
    .execute()
}

describe('a process that died', () => {
  test('during a text message: it is found at Twilio and not sent again', async () => {
    const { twilio, phones } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['sms'] }))
    await deliver(alertId, 'sms', phones[0])
    const sent = twilio.messages[0]
    const reference = /Ref (\w+)$/.exec(sent?.body ?? '')?.[1] ?? ''
    await leaveSending(alertId, phones[0], reference)

    await deliver(alertId, 'sms', phones[0])
    expect(twilio.messages).toHaveLength(1)
    expect(await deliveries(alertId)).toMatchObject([
      { state: 'sent', provider_id: sent?.sid },
      { state: 'pending' },
    ])
  })

  test('before a text message went out: it is looked up, then sent', async () => {
    const { twilio, phones } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['sms'] }))
    await leaveSending(alertId, phones[0], 'NEVERSNT')
    const lookups = twilio.lookups()
    await deliver(alertId, 'sms', phones[0])
    expect(twilio.lookups()).toBe(lookups + 1)
    expect(twilio.messages).toMatchObject([
      { to: phones[0], body: expect.stringContaining('Ref NEVERSNT') as unknown },
    ])
  })

  test('during a mail: it is sent again under the same Message-ID', async () => {
    const { smtp, emails } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
    await deliver(alertId, 'email', emails[0])
    const reference = /alert-(\w+)@/.exec(smtp.mails[0]?.messageId ?? '')?.[1] ?? ''
    await leaveSending(alertId, emails[0], reference)
    await deliver(alertId, 'email', emails[0])
    expect(smtp.mails).toHaveLength(2)
    expect(smtp.mails[1]?.messageId).toBe(smtp.mails[0]?.messageId)
  })

  test('whose lease still runs is not overtaken, only looked at again later', async () => {
    const { smtp, emails } = providers
    const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
    await leaveSending(alertId, emails[0], 'INFLIGHT')
    await sql`update alert_deliveries set next_try_at = app_now() + interval '20 s' where alert_id = ${alertId} and state = 'sending'`.execute(
      database(),
    )
    await sql`delete from pgboss.job`.execute(database())
    await deliver(alertId, 'email', emails[0])
    expect(smtp.mails).toEqual([])
    const { rows } = await sql<{ wait: number }>`
      select extract(epoch from start_after - created_on)::int as wait from pgboss.job`.execute(database())
    expect(rows).toHaveLength(1)
    expect(rows[0]?.wait).toBeGreaterThanOrEqual(20)
  })

  test('with its job lost as well: housekeeping makes the job again, once', async () => {
    const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
    await leaveSending(alertId, 'webhook', 'LOSTJOB1')
    await sql`delete from pgboss.job`.execute(database())
    await sql`update alert_deliveries set next_try_at = app_now() - interval '3 min' where alert_id = ${alertId}`.execute(
      database(),
    )
    await runHousekeeping('resume')
    await runHousekeeping('resume')
    const { rows } = await sql`select data from pgboss.job where name = 'alerts'`.execute(database())
    expect(rows).toEqual([{ data: { alertId, channel: 'slack', target: 'webhook', urgent: true } }])
  })

  test('with its job lost, while others wait for theirs: it gets one again, and they no second one', async () => {
    const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
    await raise(anAlert({ channels: ['email'] }))
    const [target] = providers.emails
    const jobs = async () => {
      const { rows } = await sql`
        select data ->> 'alertId' = ${alertId} and data ->> 'target' = ${target} as "isLost", count(*)::int
        from pgboss.job where name = 'alerts' group by 1 order by 1`.execute(database())
      return rows
    }
    const before = await jobs()
    await sql`delete from pgboss.job
      where data ->> 'alertId' = ${alertId} and data ->> 'target' = ${target}`.execute(database())
    await sql`update alert_deliveries set next_try_at = app_now() - interval '3 min'`.execute(database())
    await runHousekeeping('resume')
    expect(await jobs()).toEqual(before)
    expect(before).toMatchObject([{ isLost: false }, { isLost: true, count: 1 }])
  })
})
