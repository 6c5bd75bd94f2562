import { expect, test } from 'vitest'
import { presentAlert, presentAlerts, presentSent } from '@/app/presenters/console/alerts'
import { sendConsoleAlert, sendTestAlert } from '@/lib/alerts/console-alerts'
import { raiseAlerts } from '@/lib/alerts/raise'
import { getAlert, listAlerts } from '@/lib/alerts/read-alerts'
import { runHousekeeping } from '@/lib/housekeeping'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '@/tests/support/accounts'
import { alertDesk } from '@/tests/support/alert-desk'

/** What admins send by hand, and what they are shown of all alerts. */

const { db, providers, set, work, statesOf, lastAudit } = alertDesk()

test('a message of an admin, urgent ones to phones, too', async () => {
  const sent = await sendConsoleAlert(
    { message: ' The hall is closed.\nCall me. ', urgency: 'urgent' },
    somebody,
  )
  if (!sent.ok) throw new Error(sent.code)
  expect(presentSent(sent.value)).toEqual({ meaning: 'good', title: 'Your message is on its way' })
  await work()
  expect(await getAlert(sent.value.id)).toMatchObject({
    kind: 'manual',
    subject: 'The hall is closed.',
    body: 'The hall is closed.\nCall me.\nSent by tests.',
  })
  expect((await statesOf(sent.value.id))?.sort()).toContain('sms sent')
  expect(providers.twilio.messages.length).toBeGreaterThan(0)
  expect(await lastAudit()).toMatchObject({ action: 'alert.send', outcome: 'applied', target: sent.value.id })
  expect(await sendConsoleAlert({ message: '  ', urgency: 'normal' }, somebody)).toEqual({
    ok: false,
    code: 'invalid_message',
  })
  expect(await lastAudit()).toMatchObject({
    action: 'alert.send',
    outcome: 'refused',
    code: 'invalid_message',
  })
})

test('an urgent message that is longer than its subject reaches a phone whole, once, with its sender', async () => {
  const message = 'The hall is closed. '.repeat(8).slice(0, 143)
  await sendConsoleAlert({ message, urgency: 'urgent' }, somebody)
  await work()
  const [text] = providers.twilio.messages
  expect(text?.body).toMatch(new RegExp(`^${message}\nSent by tests\\.\nAs of .+\n.+\nRef .+$`))
})

test.each([
  { urgency: 'urgent', marks: [true] },
  { urgency: 'normal', marks: [null] },
] as const)(
  'a message of an admin that is $urgency overtakes the others, or not, also when its jobs were lost',
  async ({ urgency, marks }) => {
    await sendConsoleAlert({ message: 'The hall is closed.', urgency }, somebody)
    const marksNow = async () => {
      const jobs = await db.owner.query<{ urgent: boolean | null }>(
        `select distinct (data -> 'urgent')::bool as urgent from pgboss.job where name = 'alerts'`,
      )
      return jobs.map(({ urgent }) => urgent)
    }
    expect(await marksNow()).toEqual(marks)
    await db.owner.query(`delete from pgboss.job where name = 'alerts'`)
    await db.owner.query(`update alert_deliveries set next_try_at = next_try_at - interval '1 hour'`)
    await runHousekeeping('resume')
    expect(await marksNow()).toEqual(marks)
  },
)

test('a test goes through one channel; one that reaches nobody says so', async () => {
  const sent = await sendTestAlert('slack', somebody)
  if (!sent.ok) throw new Error(sent.code)
  await work()
  expect(await statesOf(sent.value.id)).toEqual(['slack sent'])
  await set({ recipients: { emails: [], phones: [] } })
  expect(await sendTestAlert('email', somebody)).toEqual({ ok: false, code: 'not_configured' })
})

test('what an alert is about is said in words, in the list and on its page', async () => {
  const kinds = ['threshold', 'public_sell_out', 'expansion', 'reset', 'not_reconciled', 'manual'] as const
  const ids = await transact((trx) =>
    raiseAlerts(
      trx,
      kinds.map((kind) => ({ kind, subject: 'S', body: 'B' })),
    ),
  )
  const { alerts } = await presentAlerts({ cursor: undefined, onlyFailed: false })
  const listed = ids.map((id) => alerts.find((alert) => alert.id === id)?.kind)
  const named = ['Low stock', 'Public seats sold out', 'Seats added', 'Reset', 'Not applied', 'Message']
  expect(listed).toEqual(named)
  const pages = await Promise.all(ids.map((id) => presentAlert(id, { isOwner: true })))
  expect(pages.map((page) => page?.kind)).toEqual(named)
})

test('the list says of deliveries what the worst state does not', async () => {
  const [id = ''] = await transact((trx) =>
    raiseAlerts(trx, [{ kind: 'manual', channels: ['email'], subject: 'S', body: 'B' }]),
  )
  const count = (await statesOf(id))?.length ?? 0
  expect(count).toBeGreaterThan(1)
  const said = async () => {
    const { alerts } = await presentAlerts({ cursor: undefined, onlyFailed: false })
    const alert = alerts.find((one) => one.id === id)
    return [alert?.state, alert?.deliveries]
  }
  expect(await said()).toEqual(['pending', `all ${count}`])
  await db.owner.query(
    `update alert_deliveries set state = 'unknown' where (alert_id, target) in
      (select alert_id, min(target) from alert_deliveries where alert_id = $1 group by alert_id)`,
    [id],
  )
  expect(await said()).toEqual(['unknown', `1 unclear, ${count - 1} waiting`])
  await db.owner.query(`delete from alert_deliveries where alert_id = $1 and state <> 'unknown'`, [id])
  expect(await said()).toEqual(['unknown', ''])
})

test('an alert is under way while a delivery whose fate is unclear has a next try', async () => {
  const [id = ''] = await transact((trx) =>
    raiseAlerts(trx, [{ kind: 'manual', channels: ['slack'], subject: 'S', body: 'B' }]),
  )
  const isUnderWay = async () => (await presentAlert(id, { isOwner: true }))?.isUnderWay
  expect(await isUnderWay()).toBe(true)
  await work()
  expect(await isUnderWay()).toBe(false)
  const unclear = (next: string) =>
    db.owner.query(`update alert_deliveries set state = 'unknown', next_try_at = ${next}`)
  await unclear(`app_now() + interval '1 minute'`)
  expect(await isUnderWay()).toBe(true)
  await unclear('null')
  expect(await isUnderWay()).toBe(false)
})

test('the list page by page, and only what failed', async () => {
  await transact((trx) =>
    raiseAlerts(
      trx,
      ['A', 'B', 'C'].map((subject) => ({
        kind: 'manual' as const,
        channels: ['slack'] as const,
        subject,
        body: '-',
      })),
    ),
  )
  await db.owner.query(
    `update alert_deliveries set state = 'failed' where alert_id = (select id from alerts where subject = 'B')`,
  )
  const subjects: string[] = []
  let cursor: string | undefined
  do {
    const page = await listAlerts({ cursor, limit: 1 })
    subjects.push(...page.alerts.map(({ subject }) => subject))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(subjects.toSorted()).toEqual(['A', 'B', 'C'])
  const failed = await listAlerts({ onlyFailed: true })
  expect(failed.alerts).toMatchObject([{ subject: 'B', deliveries: { failed: 1 } }])
})
