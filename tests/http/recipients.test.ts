import { beforeAll, expect, it } from 'vitest'
import { recordAudit } from '@/lib/accounts/audit-log'
import { raiseAlerts } from '@/lib/alerts/raise'
import { loadAlertSettings } from '@/lib/alerts/settings'
import { contentVersion } from '@/lib/content-version'
import { database } from '@/lib/database'
import { queueSender } from '@/lib/queues/send'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '../support/accounts'
import { callersSuite } from '../support/callers-suite'

/** Whom alerts reach is for owners to read: their phone numbers and addresses are on no page for anybody else. */

const phone = '+12145550187'
const address = 'ada.lovelace@example.com'
const older = { phone: '+12145550142', address: 'grace.hopper@example.com' }
const secrets = [phone, phone.slice(1), address, older.phone, older.address]

const { shop, callers } = callersSuite()
let alertId: string

beforeAll(async () => {
  // It would make something else of the deliveries, which reach nobody here.
  await shop.worker.stop()
  await saveRecipients()
  // As they were written before: whole.
  const recipients = { emails: [older.address], phones: [older.phone] }
  const applied = { outcome: 'applied' } as const
  await recordAudit(database(), somebody, {
    ...applied,
    action: 'settings.alerts',
    before: { gatherSeconds: 60, recipients: null },
    after: { gatherSeconds: 60, recipients },
  })
  const after = { targets: [older.phone, older.address] }
  await recordAudit(database(), somebody, { ...applied, action: 'alert.resend', after })
  const [id = ''] = await transact((trx) =>
    raiseAlerts(
      trx,
      [{ kind: 'manual', channels: ['email', 'sms'], subject: 'A message', body: 'Of one line.' }],
      {
        slack: [],
        email: [address, older.address],
        sms: [phone],
      },
    ),
  )
  alertId = id
  await shop.rows(
    `update alert_deliveries set state = 'failed', next_try_at = null,
      last_error = '400 21211 The number ' || target || ' is not valid' where alert_id = $1`,
    [alertId],
  )
  const boss = await queueSender()
  await boss.send('alerts-dead', { alertId, channel: 'sms', target: phone })
})

const pages = () => [
  '/admin/audit-log',
  '/admin/audit-log.data',
  '/admin/audit-log.csv',
  `/admin/alerts/${alertId}`,
  `/admin/alerts/${alertId}.data`,
  '/admin/alerts',
  '/admin/alerts/settings',
  '/admin/queues',
  '/admin',
  '/api/admin/inventory?alerts=true&analytics=true',
]

it.each(['viewer', 'operator'] as const)(
  'as %s nobody reads whom alerts reach, on whatever page',
  async (role) => {
    const headers = await callers.session(role)
    for (const page of pages()) {
      const text = await read(page, headers)
      for (const secret of secrets) expect(text, page).not.toContain(secret)
    }
    const log = await read('/admin/audit-log.csv', headers)
    expect(log).toContain('…0187')
    expect(log).toContain('…0142')
    const alert = await read(`/admin/alerts/${alertId}`, headers)
    for (const masked of ['…0187', 'a…@example.com', 'g…@example.com']) expect(alert).toContain(masked)
    expect(await read('/admin/queues', headers)).toContain('…0187')
    expect(alert).toContain('400 21211 The number …0187 is not valid')
  },
)

it('nor does a token that may do all but manage', async () => {
  const text = await read('/api/admin/inventory?alerts=true', await callers.token('operate'))
  for (const secret of secrets) expect(text).not.toContain(secret)
})

it('an owner does, but for what the log keeps for ever', async () => {
  const headers = await callers.session('owner')
  const alert = await read(`/admin/alerts/${alertId}`, headers)
  for (const recipient of [phone, address, older.address]) expect(alert).toContain(recipient)
  const log = await read('/admin/audit-log.csv', headers)
  expect(log).toContain(older.phone)
  expect(log).not.toContain(phone)
})

it('an operator sends one delivery once more without knowing whom it reaches', async () => {
  const headers = await callers.session('operator')
  const alert = await read(`/admin/alerts/${alertId}`, headers)
  const names = [...alert.matchAll(/name="delivery" value="([\w-]+)"/g)].map(([, name]) => name ?? '')
  expect(new Set(names).size).toBe(3)
  const send = (delivery: string) =>
    fetch(`${shop.origin}/admin/alerts/${alertId}`, {
      method: 'POST',
      headers,
      redirect: 'manual',
      body: new URLSearchParams({ delivery }),
    })
  // Neither Twilio nor a mail server is set up here.
  for (const name of names) expect((await send(name)).status).toBe(409)
  expect((await send('none')).status).toBe(404)
  const [row] = await shop.rows<{ codes: string[] }>(
    `select array_agg(code order by id) as codes from admin_audit where action = 'alert.resend' and target = $1`,
    [alertId],
  )
  expect(row?.codes).toEqual([...Array<string>(3).fill('not_configured'), 'unknown_delivery'])
})

async function read(page: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(shop.origin + page, { headers })
  expect(response.status, page).toBe(200)
  return response.text()
}

async function saveRecipients(): Promise<void> {
  const version = contentVersion(await loadAlertSettings(database()))
  const form = { form: 'recipients', version, whom: 'these', emails: address, phones: phone }
  const saved = await fetch(`${shop.origin}/admin/alerts/settings`, {
    method: 'POST',
    headers: await callers.session('owner'),
    redirect: 'manual',
    body: new URLSearchParams(form),
  })
  expect(saved.status).toBe(303)
}
