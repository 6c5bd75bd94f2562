import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { longestMailMs } from '@/lib/mail-limits'
import { alertDeliveries, anAlert } from '@/tests/support/alert-deliveries'
import { until } from '@/tests/support/until'

/** A message of which nobody can tell whether it arrived, and that cannot be looked up: by mail, and by Slack. */

const { providers, raise, deliveries, deliver, workAlerts, untilSettled, deadLetters } = alertDeliveries()

async function anEmailAlert() {
  const [alertId = ''] = await raise(anAlert({ channels: ['email'] }))
  const to = providers.emails[0]
  return { alertId, to, received: () => providers.smtp.mails.filter((mail) => mail.to === to) }
}

async function rowOf(alertId: string, target: string) {
  return (await deliveries(alertId)).find((row) => row.target === target)
}

/** Makes the next try at once. */
async function tryAgain(alertId: string, channel: 'slack' | 'email', target: string) {
  const due = sql<Date>`app_now()`
  await database()
    .updateTable('alert_deliveries')
    .set({ next_try_at: due })
    .where('alert_id', '=', alertId)
    .where('state', 'in', ['unknown', 'pending'])
    .execute()
  return deliver(alertId, channel, target)
}

const secondsUntil = (moment: Date | null | undefined) => ((moment?.getTime() ?? 0) - Date.now()) / 1_000

test('a mail that the server never answers is sent once more, a minute later, and then given up as perhaps arrived', async () => {
  const { alertId, to, received } = await anEmailAlert()
  providers.smtp.answer(to, 'never', 'never')
  expect(await deliver(alertId, 'email', to)).toBe('done')
  const waiting = await rowOf(alertId, to)
  expect(waiting).toMatchObject({ state: 'unknown', attempts: 1 })
  expect(secondsUntil(waiting?.next_try_at)).toBeGreaterThan(55)

  expect(await tryAgain(alertId, 'email', to)).toBe('may_have_arrived')
  const last_error = expect.stringMatching(/Connection closed.*it may have arrived/) as unknown
  expect(await rowOf(alertId, to)).toMatchObject({ state: 'failed', attempts: 2, last_error })
  await tryAgain(alertId, 'email', to)
  expect(received()).toHaveLength(2)
  expect(new Set(received().map(({ messageId }) => messageId)).size).toBe(1)
})

test('tries that certainly did not arrive between two that may have count for themselves', async () => {
  const { alertId, to, received } = await anEmailAlert()
  providers.smtp.answer(to, 'never', 'never')
  await deliver(alertId, 'email', to)
  providers.smtp.refuse(to, 451, 451)
  for (const _ of [1, 2]) expect(await tryAgain(alertId, 'email', to)).toBe('done')
  expect(await rowOf(alertId, to)).toMatchObject({ state: 'unknown', attempts: 3 })
  expect(await tryAgain(alertId, 'email', to)).toBe('may_have_arrived')
  expect(received()).toHaveLength(2)
})

test('one that is refused in the end says that an earlier try may have arrived', async () => {
  const { alertId, to } = await anEmailAlert()
  providers.smtp.answer(to, 'never')
  await deliver(alertId, 'email', to)
  providers.smtp.refuse(to, 550)
  await tryAgain(alertId, 'email', to)
  const last_error = expect.stringMatching(/550.*an earlier try may have arrived/) as unknown
  expect(await rowOf(alertId, to)).toMatchObject({ state: 'failed', last_error })
})

test('Slack is asked once more where its gateway had no answer in time', async () => {
  const { slack } = providers
  const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
  const noAnswer = { status: 504, body: 'upstream request timeout' }
  slack.refuse(noAnswer, noAnswer)
  expect(await deliver(alertId, 'slack', 'webhook')).toBe('done')
  expect(await tryAgain(alertId, 'slack', 'webhook')).toBe('may_have_arrived')
  expect(await rowOf(alertId, 'webhook')).toMatchObject({ state: 'failed', attempts: 2 })
  expect(slack.messages).toEqual([])
})

test('and as often as others where it says that it failed', async () => {
  const { slack } = providers
  const [alertId = ''] = await raise(anAlert({ channels: ['slack'] }))
  slack.refuse(...[500, 502, 503].map((status) => ({ status, body: 'rollup_error' })))
  await workAlerts()
  expect(await untilSettled(alertId)).toEqual({ webhook: 'sent' })
  expect(slack.messages).toHaveLength(1)
})

test('a mail that is slowly accepted is nobody else’s for as long as that may take, and holds up no other channel', async () => {
  const { alertId, to, received } = await anEmailAlert()
  const { promise, resolve: accept } = Promise.withResolvers<void>()
  providers.smtp.answer(to, promise)
  await workAlerts()
  await until(() => received().length === 1)
  const left = secondsUntil((await rowOf(alertId, to))?.next_try_at)
  expect(left * 1_000).toBeGreaterThan(longestMailMs - 10_000)
  const [other] = await raise(anAlert({ channels: ['slack', 'sms'] }))
  expect(new Set(Object.values(await untilSettled(other)))).toEqual(new Set(['sent']))
  expect(await rowOf(alertId, to)).toMatchObject({ state: 'sending' })
  accept()
  expect(new Set(Object.values(await untilSettled(alertId)))).toEqual(new Set(['sent']))
  expect(received()).toHaveLength(1)
  expect(await deadLetters()).toEqual([])
})
