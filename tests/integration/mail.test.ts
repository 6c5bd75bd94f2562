import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mailer } from '@/lib/mail'
import { type SmtpStandIn, startSmtpStandIn } from '@/tests/support/smtp-stand-in'
import { until } from '@/tests/support/until'

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

test.each([
  ['a sender', () => smtp.refuseSenders(530, 1)],
  ['a recipient', () => smtp.refuse('ada@example.com', 530)],
])(
  'a mail whose server wants a login first, at %s, goes out once the login is mended',
  async (_at, refuse) => {
    const mails = mailer({ smtpUrl: smtp.smtpUrl, from: 'tickets@example.com' })
    refuse()
    expect(await mails.send(mail)).toEqual({
      kind: 'not_now',
      detail: expect.stringContaining('530') as unknown,
    })
    expect(await mails.send(mail)).toMatchObject({ kind: 'sent' })
  },
)

test('a mail whose sender is refused for good is not tried again', async () => {
  smtp.refuseSenders(550, 1)
  const mails = mailer({ smtpUrl: smtp.smtpUrl, from: 'tickets@example.com' })
  expect(await mails.send(mail)).toEqual({
    kind: 'refused',
    detail: expect.stringContaining('550') as unknown,
  })
})

describe('a mail server that takes its time', () => {
  /** To somebody of its own, by a mailer whose patience is short before the message is there, or after. */
  const slowly = (to: string, patience: { handOverMs?: number; answerMs?: number }) => {
    const limits = { handOverMs: 20_000, answerMs: 20_000, ...patience }
    return mailer({ smtpUrl: smtp.smtpUrl, from: 'tickets@example.com', limits }).send({ ...mail, to })
  }

  test('may take longer for its answer than for all before the message', async () => {
    const { promise, resolve: accept } = Promise.withResolvers<void>()
    smtp.answer('patient@example.com', promise)
    // A machine that is busy needs its time for the greeting.
    const handOverMs = 4_000
    const sent = slowly('patient@example.com', { handOverMs })
    await until(() => smtp.mails.some(({ to }) => to === 'patient@example.com'))
    await pause(handOverMs + 100)
    accept()
    expect(await sent).toMatchObject({ kind: 'sent' })
  })

  test('has not the mail where it kept silent before the message', async () => {
    smtp.refuse('silent@example.com', 'never')
    expect(await slowly('silent@example.com', { handOverMs: 300 })).toEqual({
      kind: 'not_now',
      detail: 'the mail server did not take the message in time',
    })
  })

  test('may have it where no answer came to the message, or the connection broke', async () => {
    smtp.answer('unheard@example.com', new Promise(() => {}), 'never')
    expect(await slowly('unheard@example.com', { answerMs: 1_500 })).toEqual({
      kind: 'unclear',
      detail: 'the mail server did not say in time whether it accepts the message',
    })
    expect(await slowly('unheard@example.com', {})).toEqual({
      kind: 'unclear',
      detail: 'Connection closed unexpectedly',
    })
    expect(smtp.mails.filter(({ to }) => to === 'unheard@example.com')).toHaveLength(2)
  })
})
