import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { presentAlert, presentResent } from '@/app/presenters/console/alerts'
import { sendConsoleAlert, sendTestAlert } from '@/lib/alerts/console-alerts'
import { configuredChannels } from '@/lib/alerts/channels'
import { deliveryName } from '@/lib/alerts/delivery-name'
import { deliverAlert } from '@/lib/alerts/deliver'
import { readThresholds, saveThresholds } from '@/lib/alerts/edit-thresholds'
import { raiseAlerts } from '@/lib/alerts/raise'
import { getAlert, listAlerts } from '@/lib/alerts/read-alerts'
import { resendAlert } from '@/lib/alerts/resend'
import { reviveDeliveries } from '@/lib/alerts/revive'
import { loadAlertSettings, saveAlertSettings } from '@/lib/alerts/settings'
import { defaultThresholds } from '@/lib/alerts/thresholds'
import { contentVersion } from '@/lib/content-version'
import { database } from '@/lib/database'
import { runHousekeeping } from '@/lib/housekeeping'
import { formatExactly } from '@/lib/moment-text'
import { enqueue } from '@/lib/queues/send'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '@/tests/support/accounts'
import { type AlertStandIns, startAlertStandIns } from '@/tests/support/alert-stand-ins'
import { storyDatabase } from '@/tests/support/stories/database'

let providers: AlertStandIns
beforeAll(async () => {
  providers = await startAlertStandIns()
  Object.assign(process.env, providers.environment)
})
const db = storyDatabase()
afterAll(() => providers.stop())
beforeEach(async () => {
  await db.owner.query('truncate alert_deliveries, alerts')
  await db.owner.query(`delete from settings where key = 'alerts'`)
  await db.owner.query('delete from pgboss.job')
  await db.owner.query(`update app_clock set shift = '0'`)
  for (const list of [providers.slack.messages, providers.smtp.mails, providers.twilio.messages])
    list.length = 0
})

async function set(change: Parameters<typeof saveAlertSettings>[0]) {
  const saved = await saveAlertSettings(change, contentVersion(await loadAlertSettings(database())), somebody)
  if (!saved.ok) throw new Error(saved.code)
}

async function lastAudit() {
  const [row] = await db.owner.query(
    'select action, outcome, code, target from admin_audit order by id desc limit 1',
  )
  return row
}

/** Makes the deliveries whose jobs are due, as the worker does. */
async function work(): Promise<void> {
  const jobs = await db.owner.query<{
    id: string
    data: { alertId: string; channel: 'slack'; target: string }
  }>(
    `delete from pgboss.job where name = 'alerts'
      and start_after <= now() + (select shift from app_clock) + interval '1 s' returning id, data`,
  )
  for (const { data } of jobs)
    await deliverAlert(database(), configuredChannels(), 'http://localhost:3000', data)
}

async function statesOf(alertId: string) {
  const alert = await getAlert(alertId)
  return alert?.deliveries.map(({ channel, state }) => `${channel} ${state}`)
}

test('a message of an admin, urgent ones to phones, too', async () => {
  const sent = await sendConsoleAlert(
    { message: ' The hall is closed.\nCall me. ', urgency: 'urgent' },
    somebody,
  )
  if (!sent.ok) throw new Error(sent.code)
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

test('whom an admin names gets it instead of whom the configuration names', async () => {
  await set({ recipients: { emails: ['ada@example.com', 'bob@example.com'], phones: [] } })
  const [id = ''] = await transact((trx) => raiseAlerts(trx, [{ kind: 'audit', subject: 'S', body: 'B' }]))
  const alert = await getAlert(id)
  expect(alert?.deliveries.map(({ channel, target, state }) => [channel, target, state])).toEqual([
    ['email', 'ada@example.com', 'pending'],
    ['email', 'bob@example.com', 'pending'],
    ['slack', 'webhook', 'pending'],
    ['sms', '', 'skipped'],
  ])
})

test('the log says that recipients changed, and of each only what tells it from the others', async () => {
  const recordedOf = async () => {
    const [row] = await db.owner.query<{ before: object; after: object }>(
      'select before, after from admin_audit order by id desc limit 1',
    )
    return row
  }
  await set({ recipients: { emails: ['ada@example.com'], phones: ['+12145550187'] } })
  const masked = { emails: ['a…@example.com'], phones: ['…0187'] }
  expect(await recordedOf()).toMatchObject({
    before: { recipients: null },
    after: { recipients: masked, changed: ['recipients'] },
  })
  await set({ recipients: { emails: ['abe@example.com'], phones: ['+12145550187'] } })
  expect(await recordedOf()).toMatchObject({
    before: { recipients: masked },
    after: { recipients: masked, changed: ['recipients'] },
  })
  await set({ gatherSeconds: 7 })
  expect(await recordedOf()).toMatchObject({
    before: { gatherSeconds: 60, recipients: masked },
    after: { gatherSeconds: 7, recipients: masked, changed: ['gatherSeconds'] },
  })
})

test('sent once more: a new message, also where the first one arrived', async () => {
  const sent = await sendTestAlert('email', somebody)
  if (!sent.ok) throw new Error(sent.code)
  const { id } = sent.value
  const target = (await getAlert(id))?.deliveries[0]?.target ?? ''
  const delivery = { alertId: id, delivery: deliveryName({ alertId: id, channel: 'email', target }) }
  expect(await resendAlert(delivery, somebody)).toEqual({ ok: false, code: 'on_its_way' })
  await work()
  expect(await resendAlert(delivery, somebody)).toEqual({ ok: true, value: { quietUntil: null } })
  await work()
  const alert = await getAlert(id)
  expect(alert?.deliveries.map(({ state }) => state)).toEqual(alert?.deliveries.map(() => 'sent'))
  const messages = providers.smtp.mails.filter(({ to }) => to === target).map(({ messageId }) => messageId)
  expect(messages).toHaveLength(2)
  expect(new Set(messages).size).toBe(2)
  expect(await lastAudit()).toMatchObject({ action: 'alert.resend', outcome: 'applied', target: id })
  expect(await resendAlert({ ...delivery, alertId: 'unknown' }, somebody)).toEqual({
    ok: false,
    code: 'unknown_delivery',
  })
})

describe('somebody who is taken off the list', () => {
  const both = { emails: ['ada@example.com', 'bob@example.com'], phones: [] }
  const onlyBob = { emails: ['Bob@example.com'], phones: [] }
  const low = { kind: 'threshold', level: 'low', channels: ['email'], body: 'B' } as const

  async function raiseLow(...subjects: string[]): Promise<string[]> {
    return transact((trx) =>
      raiseAlerts(
        trx,
        subjects.map((subject) => ({ ...low, subject })),
      ),
    )
  }
  const mailed = () => providers.smtp.mails.map(({ to, subject }) => `${to}: ${subject}`)

  async function answersOf(alertId: string) {
    const alert = await getAlert(alertId)
    return alert?.deliveries.map(({ target, state, error }) => [target, state, error])
  }

  test('gets nothing of what still waits for them; the others do', async () => {
    await set({ recipients: both })
    const ids = await raiseLow('First', 'Second')
    await set({ recipients: onlyBob })
    await db.moveClock(2)
    await work()
    expect(mailed()).toEqual(['bob@example.com: 2 stock alerts: First; Second'])
    for (const id of ids)
      expect(await answersOf(id)).toEqual([
        ['ada@example.com', 'skipped', 'no longer told'],
        ['bob@example.com', 'sent', null],
      ])
  })

  test('gets no second try of what could not be delivered', async () => {
    await set({ recipients: both })
    providers.smtp.refuse('ada@example.com', 451)
    const [id = ''] = await raiseLow('Refused')
    await db.moveClock(2)
    await work()
    await set({ recipients: onlyBob })
    await db.moveClock(2)
    await work()
    expect(mailed()).toEqual(['bob@example.com: Refused'])
    expect(await answersOf(id)).toMatchObject([
      ['ada@example.com', 'skipped', 'no longer told'],
      ['bob@example.com', 'sent', null],
    ])
  })

  test('gets nothing of what failed for good and is replayed', async () => {
    await set({ recipients: both })
    const [id = ''] = await raiseLow('Given up')
    await db.owner.query(`update alert_deliveries set state = 'failed', next_try_at = null`)
    await db.owner.query(`delete from pgboss.job`)
    await set({ recipients: onlyBob })
    await transact(async (trx) => {
      const jobs = both.emails.map((target) => ({ alertId: id, channel: 'email' as const, target }))
      await reviveDeliveries(trx, jobs)
      await enqueue(trx, 'alerts', jobs)
    })
    await work()
    expect(mailed()).toEqual(['bob@example.com: Given up'])
    expect(await statesOf(id)).toEqual(['email skipped', 'email sent'])
  })

  test('gets nothing once more, whether it arrived or not', async () => {
    await set({ recipients: both })
    const [id = ''] = await raiseLow('Sent')
    await db.moveClock(2)
    await work()
    await set({ recipients: onlyBob })
    const again = (target: string) =>
      resendAlert(
        { alertId: id, delivery: deliveryName({ alertId: id, channel: 'email', target }) },
        somebody,
      )
    const refused = { ok: false, code: 'no_longer_told' }
    expect(await again('ada@example.com')).toEqual(refused)
    expect(await lastAudit()).toMatchObject({
      action: 'alert.resend',
      outcome: 'refused',
      code: refused.code,
    })
    // It did not arrive, but everybody who is told has it.
    await db.owner.query(`update alert_deliveries set state = 'skipped' where target = 'ada@example.com'`)
    expect(await again('ada@example.com')).toEqual(refused)
    await work()
    expect(mailed()).toHaveLength(2)
    expect(await again('bob@example.com')).toMatchObject({ ok: true })
    await set({ recipients: both })
    expect(await again('ada@example.com')).toMatchObject({ ok: true })
    await work()
    expect(mailed().slice(2).sort()).toEqual(['ada@example.com: Sent', 'bob@example.com: Sent'])
  })

  test('by the configuration gets nothing either, where that is whom alerts reach: it goes to these', async () => {
    await set({ recipients: both })
    await raiseLow('Named')
    await set({ recipients: null })
    await db.moveClock(2)
    await work()
    expect(mailed()).toEqual([])
    await work()
    expect(mailed().sort()).toEqual(providers.emails.map((email) => `${email}: Named`).sort())
  })

  test.each(['skipped', 'failed'])(
    'and to whom it had %s: sent once more, to those who have not had it',
    async (state) => {
      await set({ recipients: both })
      const [id = ''] = await raiseLow('Left')
      await db.moveClock(2)
      await work()
      await set({ recipients: { emails: ['bob@example.com', 'cleo@example.com'], phones: [] } })
      await db.owner.query(`update alert_deliveries set state = $1 where target = 'ada@example.com'`, [state])
      const ada = deliveryName({ alertId: id, channel: 'email', target: 'ada@example.com' })
      expect(await resendAlert({ alertId: id, delivery: ada }, somebody)).toMatchObject({ ok: true })
      await work()
      expect(mailed().slice(2)).toEqual(['cleo@example.com: Left'])
    },
  )
})

describe('somebody who is replaced', () => {
  const only = (...emails: string[]) => set({ recipients: { emails, phones: [] } })
  const mailed = () => providers.smtp.mails.map(({ to, subject }) => `${to}: ${subject}`)

  async function raiseGrave(...subjects: string[]): Promise<string[]> {
    const grave = { kind: 'exception', channels: ['email'], body: 'B' } as const
    return transact((trx) =>
      raiseAlerts(
        trx,
        subjects.map((subject) => ({ ...grave, subject })),
      ),
    )
  }

  test('while a next try waits: the new one gets all that waited, once', async () => {
    await only('ada@example.com')
    providers.smtp.refuse('ada@example.com', 451, 451)
    const ids = await raiseGrave('First', 'Second')
    await work()
    await only('bob@example.com')
    await db.moveClock(2)
    await work()
    await work()
    expect(mailed().sort()).toEqual(['bob@example.com: First', 'bob@example.com: Second'])
    for (const id of ids) expect(await statesOf(id)).toEqual(['email skipped', 'email sent'])
    await db.moveClock(60)
    await work()
    expect(mailed()).toHaveLength(2)
  })

  test('by two, and with another: each gets it once', async () => {
    await only('ada@example.com', 'abe@example.com')
    await raiseGrave('One')
    await only('bob@example.com', 'cleo@example.com')
    await Promise.all([work(), work()])
    await work()
    expect(mailed().sort()).toEqual(['bob@example.com: One', 'cleo@example.com: One'])
  })

  test('beside one who had it: whoever is new gets nothing of what is old', async () => {
    await only('ada@example.com', 'bob@example.com')
    providers.smtp.refuse('ada@example.com', 451)
    await raiseGrave('Old')
    await work()
    await only('Bob@example.com', 'cleo@example.com')
    await db.moveClock(2)
    await work()
    await work()
    expect(mailed()).toEqual(['bob@example.com: Old'])
  })

  test('and named again before the other got it: they do', async () => {
    await only('ada@example.com')
    const [id = ''] = await raiseGrave('Back')
    await only('bob@example.com')
    await work()
    await only('ada@example.com')
    await work()
    await work()
    expect(mailed()).toEqual(['ada@example.com: Back'])
    expect(await statesOf(id)).toEqual(['email sent', 'email skipped'])
  })
})

test('what was skipped goes to whom the channel reaches by now', async () => {
  await set({ recipients: { emails: [], phones: [] } })
  const [id = ''] = await transact((trx) =>
    raiseAlerts(trx, [{ kind: 'manual', channels: ['email'], subject: 'S', body: 'B' }]),
  )
  const skipped = { alertId: id, delivery: deliveryName({ alertId: id, channel: 'email', target: '' }) }
  expect(await resendAlert(skipped, somebody)).toEqual({ ok: false, code: 'not_configured' })
  await set({ recipients: { emails: ['ada@example.com'], phones: [] } })
  expect(await resendAlert(skipped, somebody)).toEqual({ ok: true, value: { quietUntil: null } })
  await work()
  expect(await statesOf(id)).toEqual(['email skipped', 'email sent'])
})

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

test('thresholds are replaced as a whole; an edit based on older ones is refused', async () => {
  const seen = contentVersion(await readThresholds(database()))
  const wanted = [{ tier: 'ga', remaining: 7, level: 'critical', channels: ['sms'] }] as const
  expect(await saveThresholds(wanted, seen, somebody)).toEqual({ ok: true, value: null })
  expect(await readThresholds(database())).toEqual(wanted)
  expect(await saveThresholds(defaultThresholds, seen, somebody)).toEqual({
    ok: false,
    code: 'changed_meanwhile',
  })
  expect(await lastAudit()).toMatchObject({
    action: 'alert.thresholds',
    outcome: 'refused',
    code: 'changed_meanwhile',
  })
  expect(await readThresholds(database())).toEqual(wanted)
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
