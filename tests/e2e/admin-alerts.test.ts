import { expect, it } from 'vitest'
import { raiseAlerts } from '@/lib/alerts/raise'
import { transact } from '@/lib/queues/transaction'
import { consoleSuite } from '../support/console-suite'

/** Alerts that an admin sends, and what they settle about all others, to the rows in the audit log. */

const { shop, admins } = consoleSuite({ expected: /status of 4(09|22)/ })

it('has a threshold on two lines of a phone, not three, with whole words', async () => {
  const { page } = await admins.enter('owner', { viewport: { width: 390, height: 844 } })
  await page.goto(`${shop.origin}/admin/alerts/settings`)
  const boxOf = (label: string) => page.getByLabel(label, { exact: true }).boundingBox()
  const [number, level] = [await boxOf('GA 3: seats left'), await boxOf('GA 3: level')]
  expect(level?.y).toBe(number?.y)
  expect(level?.x).toBeGreaterThan(number?.x ?? Infinity)
  const needed = await page.getByLabel('GA 3: level', { exact: true }).evaluate((field) => {
    const alone = field.cloneNode(true) as HTMLSelectElement
    alone.style.width = 'max-content'
    document.body.append(alone)
    const { width } = alone.getBoundingClientRect()
    alone.remove()
    return width
  })
  expect(level?.width).toBeGreaterThanOrEqual(needed)
})

it('tells the team something, shows its deliveries, and says which channel is not set up', async () => {
  const { page, email } = await admins.enter('operator')
  await page.getByRole('link', { name: 'Alerts', exact: true }).click()
  await page.locator('summary', { hasText: 'Tell the team something' }).click()
  await page.getByRole('button', { name: 'Send the message' }).click()
  await page.getByRole('link', { name: 'Write what people should know' }).waitFor()
  await page.getByLabel('Message').fill('The hall is closed')
  await page.getByLabel('How urgent').selectOption('urgent')
  await page.getByRole('button', { name: 'Send the message' }).click()
  await page.getByRole('heading', { level: 1, name: 'The hall is closed' }).waitFor()
  await page.getByText('Nobody was told: no channel of this message is set up').waitFor()
  await page.getByRole('row').filter({ hasText: 'SMS' }).getByText('Not set up').waitFor()
  await page.getByRole('button', { name: /Send again by SMS/ }).click()
  await page.getByText('This channel reaches nobody: it is not set up.').waitFor()
  await page.goto(`${shop.origin}/admin/alerts`)
  await page.locator('summary', { hasText: 'Send a test' }).click()
  await page.getByRole('button', { name: 'Test Slack (not set up)' }).click()
  await page.getByText('Slack reaches nobody: it is not set up.').waitFor()
  expect((await admins.auditRows(email)).map(({ action, code }) => [action, code])).toEqual([
    ['alert.test', 'not_configured'],
    ['alert.resend', 'not_configured'],
    ['alert.send', null],
    ['alert.send', 'invalid'],
  ])
})

it('lists a new alert while a message is being written, and says on why nothing was sent', async () => {
  const { page } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/alerts`)
  await page.locator('summary', { hasText: 'Send a test' }).click()
  await page.getByRole('button', { name: 'Test Slack (not set up)' }).click()
  const refused = page.getByText('Slack reaches nobody: it is not set up.')
  await refused.waitFor()
  await page.locator('summary', { hasText: 'Tell the team something' }).click()
  await page.getByLabel('Message').fill('The hall is')
  await transact((trx) => raiseAlerts(trx, [{ kind: 'manual', subject: 'Raised meanwhile', body: 'So.' }]))
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.getByRole('link', { name: 'Raised meanwhile' }).waitFor()
  expect(await refused.count()).toBe(1)
  expect(await page.getByLabel('Message').inputValue()).toBe('The hall is')
})

it('leads to what is wrong with a message also where its step was closed again', async () => {
  const { page } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/alerts`)
  const step = page.locator('summary', { hasText: 'Tell the team something' })
  await step.click()
  await page.getByRole('button', { name: 'Send the message' }).click()
  const problem = page.getByRole('link', { name: 'Write what people should know' })
  await problem.waitFor()
  await step.click()
  const message = page.locator('#send-message')
  await message.waitFor({ state: 'hidden' })
  await problem.click()
  await message.waitFor()
  expect(
    await message.evaluate((field) => [field === document.activeElement, (field as HTMLElement).tabIndex]),
  ).toEqual([true, 0])
})

it('sends a message once, though the form comes twice', async () => {
  const { page, email } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/alerts`)
  const send = (message: string) =>
    page.evaluate(
      async ([text, key]) => {
        const body = new URLSearchParams({
          form: 'send',
          urgency: 'normal',
          message: text ?? '',
          key: key ?? '',
        })
        const answer = await fetch('/admin/alerts', { method: 'POST', body })
        return [answer.status, answer.url.replace(/.*alerts/, '')]
      },
      [message, 'one-key'] as const,
    )
  const [first, second] = await Promise.all([send('Only once'), send('Only once')])
  expect(first).toEqual(second)
  expect(await send('Another message')).toEqual([409, ''])
  expect(await admins.auditRows(email)).toHaveLength(1)
})

it('edits thresholds, quiet hours and recipients; what does not fit is kept and explained', async () => {
  const { page, email } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/alerts/settings`)
  await page.getByLabel('GA 1: seats left').fill('3')
  await page.getByRole('button', { name: 'Save the thresholds' }).click()
  await page
    .getByRole('alert')
    .getByText(/fewer seats need a more severe level/)
    .first()
    .waitFor()
  expect(await page.getByLabel('GA 1: seats left').inputValue()).toBe('3')
  await page.getByLabel('GA 1: seats left').fill('30')
  await page.getByRole('button', { name: 'Save the thresholds' }).click()
  await page.getByRole('heading', { name: 'The thresholds are saved' }).waitFor()
  await page.getByLabel('Quiet hours').check()
  await page.getByLabel('Time zone').fill('Mars')
  await page.getByRole('button', { name: 'Save when alerts wait' }).click()
  await page.getByRole('link', { name: 'Use a full name of a time zone' }).waitFor()
  await page.getByRole('heading', { name: 'The thresholds are saved' }).waitFor({ state: 'detached' })
  await page.getByLabel('Time zone').fill('America/New_York')
  await page.getByRole('button', { name: 'Save when alerts wait' }).click()
  await page.getByRole('heading', { name: 'The settings are saved' }).waitFor()
  await page.getByLabel('These instead').check()
  await page.getByLabel('Email addresses').fill('ada@example.com\nbob@example.com')
  await page.getByRole('button', { name: 'Save who is told' }).click()
  const saved = `select value from settings where key = 'alerts' and value ->> 'recipients' is not null`
  await expect
    .poll(() => shop.rows(saved))
    .toMatchObject([
      {
        value: {
          quiet: { from: '22:00', to: '07:00', timeZone: 'America/New_York' },
          recipients: { emails: ['ada@example.com', 'bob@example.com'], phones: [] },
        },
      },
    ])
  expect((await admins.auditRows(email)).map(({ action, outcome }) => [action, outcome])).toEqual([
    ['settings.alerts', 'applied'],
    ['settings.alerts', 'applied'],
    ['settings.alerts', 'refused'],
    ['alert.thresholds', 'applied'],
    ['alert.thresholds', 'refused'],
  ])
})
