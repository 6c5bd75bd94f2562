import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { deliverAlert } from '@/lib/alerts/deliver'
import { raiseAlerts } from '@/lib/alerts/raise'
import { database } from '@/lib/database'
import { log } from '@/lib/log'
import { alertDeliveries, anAlert } from '@/tests/support/alert-deliveries'
import { until } from '@/tests/support/until'

const { providers, raise, deliveries, statesOf, untilSettled, deliver, workAlerts } = alertDeliveries()

test('three addresses, Slack and two phones each get the alert once, though one phone fails twice', async () => {
  const { slack, smtp, twilio, emails, phones } = providers
  twilio.answer(phones[1], 500, 500)
  const [alertId] = await raise(anAlert())
  await workAlerts()
  const states = await untilSettled(alertId)

  expect(states).toEqual(
    Object.fromEntries([...emails, ...phones, 'webhook'].map((target) => [target, 'sent'])),
  )
  expect(smtp.mails.map((mail) => mail.to).sort()).toEqual([...emails].sort())
  expect(slack.messages).toHaveLength(1)
  expect(twilio.messages.map((message) => message.to).sort()).toEqual([...phones])
  expect((await deliveries(alertId)).map((row) => row.attempts)).toEqual([1, 1, 1, 1, 1, 3])
})

test('each message says what happened and leads to the city', async () => {
  const { slack, smtp, twilio } = providers
  const [alertId] = await raise(anAlert())
  await workAlerts()
  await untilSettled(alertId)

  const link = 'https://tickets.example.com/admin/cities/dallas-jan-2026'
  expect(smtp.mails[0]).toMatchObject({ subject: 'Critical: 5 GA seats left in Dallas' })
  expect(smtp.mails[0]?.messageId).toMatch(/^<alert-[0-9A-Z]{8}@example\.com>$/)
  expect(new Set(smtp.mails.map((mail) => mail.messageId)).size).toBe(3)
  expect(smtp.mails[0]?.raw).toContain('text/html')
  expect(smtp.mails[0]?.raw).toContain(link)
  expect(JSON.stringify(slack.messages[0])).toContain(`<${link}|Open in the console>`)
  expect(twilio.messages[0]?.body).toMatch(
    new RegExp(`5 left\\.\nAs of \\w{3} \\d+, [^\n]+ C[SD]T\n${link}\nRef [0-9A-Z]{8}$`),
  )
})

test('two jobs of one delivery at the same time send it once', async () => {
  const { slack } = providers
  const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
  await Promise.all(Array.from({ length: 5 }, () => deliver(alertId, 'slack', 'webhook')))
  expect(slack.messages).toHaveLength(1)
})

test('an alert with nowhere to go is skipped on each channel, and its job goes to the log', async () => {
  const none = { slack: [], email: [], sms: [] }
  const [alertId] = await database()
    .transaction()
    .execute((trx) => raiseAlerts(trx, [anAlert()], none))
  expect((await deliveries(alertId)).map(({ channel, target, state }) => [channel, target, state])).toEqual([
    ['email', '', 'skipped'],
    ['slack', '', 'skipped'],
    ['sms', '', 'skipped'],
  ])
  const { rows } = await sql`select data from pgboss.job`.execute(database())
  expect(rows).toEqual([{ data: { alertId, channel: 'log', target: '' } }])
  const logged = vi.spyOn(log(), 'warn')
  await workAlerts()
  await until(async () => {
    const left = await sql`select from pgboss.job where state <> 'completed'`.execute(database())
    return left.rows.length === 0
  })
  const [[fields] = []] = logged.mock.calls
  expect(fields).toMatchObject({ alertId, alertLevel: anAlert().level })
  // A log line's own level is called so, and would be replaced.
  expect(fields).not.toHaveProperty('level')
})

test('a channel that was switched off meanwhile skips its deliveries', async () => {
  const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
  const off = { slack: undefined, email: undefined, sms: undefined }
  await deliverAlert(database(), off, 'https://x', { alertId, channel: 'slack', target: 'webhook' })
  expect(await statesOf(alertId)).toEqual({ webhook: 'skipped' })
})
