import { afterAll, beforeAll, expect, test } from 'vitest'
import { mailer } from '@/lib/mail'
import { type SmtpStandIn, startSmtpStandIn } from '@/tests/support/smtp-stand-in'

let smtp: SmtpStandIn
beforeAll(async () => {
  smtp = await startSmtpStandIn()
})
afterAll(() => smtp.stop())

const mail = { to: 'ada@example.com', name: 'alert-1', subject: 'Seats', text: 'There are 5 left.' }

test.each([
  'tickets@example.com',
  '6FB <tickets@example.com>',
  'tickets@example.com (6FB)',
  '6FB tickets@example.com',
])('a mail from %s has an id of the domain it comes from', async (from) => {
  const outcome = await mailer({ smtpUrl: smtp.smtpUrl, from }).send(mail)
  expect(outcome).toEqual({ kind: 'sent', providerId: '<alert-1@example.com>' })
  expect(smtp.mails.at(-1)?.messageId).toBe('<alert-1@example.com>')
})

test('a mail whose login is refused goes out once the login is mended', async () => {
  const withLogin = smtp.smtpUrl.replace('//', '//alerts:secret@')
  const mails = mailer({ smtpUrl: withLogin, from: 'tickets@example.com' })
  smtp.refuseLogins(1)
  expect(await mails.send(mail)).toEqual({
    kind: 'not_now',
    detail: expect.stringContaining('535') as unknown,
  })
  expect(await mails.send(mail)).toMatchObject({ kind: 'sent' })
})
