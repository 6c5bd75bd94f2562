import { describe, expect, test } from 'vitest'
import { deliveryName } from '@/lib/alerts/delivery-name'
import { raiseAlerts } from '@/lib/alerts/raise'
import { getAlert } from '@/lib/alerts/read-alerts'
import { resendAlert } from '@/lib/alerts/resend'
import { reviveDeliveries } from '@/lib/alerts/revive'
import { enqueue } from '@/lib/queues/send'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '@/tests/support/accounts'
import { alertDesk } from '@/tests/support/alert-desk'

/** Whom alerts reach, also when that changes while some are on their way. */

const { db, providers, set, work, statesOf, lastAudit } = alertDesk()

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
