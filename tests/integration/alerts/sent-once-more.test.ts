import { expect, test } from 'vitest'
import { sendTestAlert } from '@/lib/alerts/console-alerts'
import { deliveryName } from '@/lib/alerts/delivery-name'
import { raiseAlerts } from '@/lib/alerts/raise'
import { getAlert } from '@/lib/alerts/read-alerts'
import { resendAlert } from '@/lib/alerts/resend'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '@/tests/support/accounts'
import { alertDesk } from '@/tests/support/alert-desk'

const { providers, set, work, statesOf, lastAudit } = alertDesk()

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
