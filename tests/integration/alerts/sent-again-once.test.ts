import { randomUUID } from 'node:crypto'
import type { AppLoadContext } from '@remix-run/node'
import { expect, test } from 'vitest'
import { action } from '@/app/routes/admin/alerts/alert'
import { sendTestAlert } from '@/lib/alerts/console-alerts'
import { deliveryName } from '@/lib/alerts/delivery-name'
import { getAlert } from '@/lib/alerts/read-alerts'
import { somebody } from '@/tests/support/accounts'
import { alertDesk } from '@/tests/support/alert-desk'
import { anOwner } from '@/tests/support/an-owner'

/** The console's button “Send again”, pressed twice. */

const { db, providers, work } = alertDesk()

/** An alert that has arrived at one address. */
async function arrived() {
  const sent = await sendTestAlert('email', somebody)
  if (!sent.ok) throw new Error(sent.code)
  const alertId = sent.value.id
  await work()
  const target = (await getAlert(alertId))?.deliveries[0]?.target ?? ''
  const { session } = await anOwner()
  const key = randomUUID()
  const press = async () => {
    const request = new Request(`http://localhost:3000/admin/alerts/${alertId}`, {
      method: 'POST',
      body: new URLSearchParams({ key, delivery: deliveryName({ alertId, channel: 'email', target }) }),
    })
    const context = {
      requestId: randomUUID(),
      address: null,
      authentication: { session: async () => session },
    }
    const answer = await action({
      request,
      params: { alertId },
      context: context as unknown as AppLoadContext,
    })
    return answer instanceof Response ? [answer.status, answer.headers.get('location')] : answer
  }
  const mailsTo = () => providers.smtp.mails.filter(({ to }) => to === target).length
  return { alertId, press, mailsTo }
}

const resends = async (alertId: string) =>
  (await db.owner.query(`select 1 from admin_audit where action = 'alert.resend' and target = '${alertId}'`))
    .length

test('at once: one more message, and both presses are told so', async () => {
  const { alertId, press, mailsTo } = await arrived()
  const there = [303, `/admin/alerts/${alertId}`]
  expect(await Promise.all([press(), press()])).toEqual([there, there])
  await work()
  expect([mailsTo(), await resends(alertId)]).toEqual([2, 1])
})

test('and the message arrived in between: still one more', async () => {
  const { alertId, press, mailsTo } = await arrived()
  const first = await press()
  await work()
  expect(await press()).toEqual(first)
  await work()
  expect([mailsTo(), await resends(alertId)]).toEqual([2, 1])
})
