import { expect, it } from 'vitest'
import { decrementInventory, expandInventory } from '@/lib/inventory'
import { exceptionsSuite } from '../support/exceptions-suite'
import { lookAgain, lookAway } from '../support/looked-at'
import { until } from '../support/until'

/** An admin decides about a payment without a seat, to the row in the audit log. Each test has a payment of its own. */

const { shop, admins, anException, openException } = exceptionsSuite()

it('refuses a viewer who sends the form all the same, and records it', async () => {
  const { id } = await anException()
  const { page, email } = await admins.enter('viewer')
  const status = await page.evaluate(async (address) => {
    const body = new URLSearchParams({ form: 'dismiss', reason: 'because', expectedRefundedCents: '0' })
    return (await fetch(address, { method: 'POST', body })).status
  }, `/admin/exceptions/${id}`)
  expect(status).toBe(403)
  expect(await admins.auditRows(email)).toMatchObject([
    { action: 'page.submit', outcome: 'refused', code: 'forbidden' },
  ])
  expect(await shop.rows(`select state from payment_exceptions where id = $1`, [id])).toEqual([
    { state: 'open' },
  ])
})

it('adds the missing seats and gives them to the payment', async () => {
  const { id } = await anException()
  const { page, email } = await admins.enter('operator')
  await openException(page, id)
  await page.locator('summary', { hasText: 'Add 5 seats and give the payment its 40' }).click()
  await page
    .getByText(
      'The limit rises from 35 to 40; customers do not see the new seats. Giving it seats cannot be undone.',
    )
    .waitFor()
  await page.locator('#expand-reason').fill('A second room')
  await page.getByRole('button', { name: 'Add 5 seats' }).click()
  await page.getByRole('heading', { name: 'Seats were added and given to the payment' }).waitFor()
  await page.getByText(`given its seats by ${email}`).waitFor()
  const [row] = await admins.auditRows(email, id)
  expect(row).toMatchObject({
    action: 'exception.expand',
    outcome: 'applied',
    reason: 'A second room',
    after: { resolution: 'expanded' },
  })
})

it('adds all the seats of a payment where none is free, and the button says what for', async () => {
  const { success } = await decrementInventory('vegas-mar-2026', 'ga', 35, { sessionId: 'cs_full' })
  expect(success).toBe(true)
  const { id, session } = await anException(2, 'vegas-mar-2026')
  const { page, email } = await admins.enter('operator', { javaScriptEnabled: false })
  await openException(page, id)
  await page.locator('summary', { hasText: 'Add 2 seats for this payment' }).click()
  await page.getByText('0 GA seats are free in Las Vegas. The limit rises from 35 to 37').waitFor()
  await page.locator('#expand-reason').fill('Two chairs at the door')
  await page.getByRole('button', { name: 'Add 2 seats for this payment' }).click()
  await page.getByRole('heading', { name: 'Seats were added and given to the payment' }).waitFor()
  const stock = `select sold, held, actual_limit, public_limit from inventory
    where city_id = 'vegas-mar-2026' and tier = 'ga'`
  expect(await shop.rows(stock)).toEqual([{ sold: 37, held: 0, actual_limit: 37, public_limit: 35 }])
  expect(await shop.rows(`select seats_sold from payments where session_id = $1`, [session])).toEqual([
    { seats_sold: 2 },
  ])
  expect(await admins.auditRows(email, id)).toMatchObject([
    { action: 'exception.expand', outcome: 'applied', after: { resolution: 'expanded' } },
  ])
})

it('shows what is needed by now where a seat was sold behind the page, and does it at the next press', async () => {
  const { id } = await anException(40, 'chicago-may-2026')
  const { page } = await admins.enter('operator')
  await openException(page, id)
  await lookAway(page)
  await page.locator('summary', { hasText: 'Add 5 seats and give the payment its 40' }).click()
  const metadata = { cityId: 'chicago-may-2026', ticketType: 'GA', quantity: '1' }
  const { session } = await shop.standIn.control.createSession({ metadata })
  await shop.standIn.control.pay(session.id)
  await until(async () => {
    const [row] = await shop.rows(`select 1 from payments where session_id = $1 and seats_sold = 1`, [
      session.id,
    ])
    return row
  })
  await page.locator('#expand-reason').fill('A second room')
  await page.getByRole('button', { name: 'Add 5 seats' }).click()
  const refusal = page.getByRole('alert').filter({ hasText: 'Nothing was changed' })
  await refusal.getByText('6 seats would have to be added by now, no longer 5').waitFor()
  await page.getByText('The limit rises from 35 to 41').waitFor()
  expect(await page.locator('#expand-reason').inputValue()).toBe('A second room')
  await page.getByRole('button', { name: 'Add 6 seats' }).click()
  await page.getByRole('heading', { name: 'Seats were added and given to the payment' }).waitFor()
})

it('keeps what is typed, and why nothing was changed, while it follows what others do', async () => {
  const { id } = await anException(40, 'nyc-apr-2026')
  const { page } = await admins.enter('operator')
  await openException(page, id)
  await page.locator('summary', { hasText: 'Add 5 seats and give the payment its 40' }).click()
  await page.locator('#expand-reason').fill('A second room')
  await page.locator('summary', { hasText: 'Close it as it is' }).click()
  await page.getByRole('button', { name: 'Close it as it is' }).click()
  const refused = page.getByRole('link', { name: 'Say why' })
  await refused.waitFor()
  await page.locator('#dismiss-reason').fill('Paid in ca')
  await expandInventory('nyc-apr-2026', 'ga', 2, 'Dana')
  await lookAgain(page)
  await page.getByText('The limit rises from 37 to 40').waitFor()
  expect(await refused.count()).toBe(1)
  expect(await page.locator('#expand-reason').inputValue()).toBe('A second room')
  await expect.poll(() => page.locator('#dismiss-reason').inputValue()).toBe('Paid in ca')
  expect(await page.locator('#dismiss-reason').evaluate((field) => field === document.activeElement)).toBe(
    true,
  )

  const other = await admins.enter('operator')
  await other.page.goto(`${shop.origin}/admin/exceptions/${id}`)
  const payment = await admins.enter('viewer')
  await payment.page.goto(`${shop.origin}/admin/exceptions/${id}`)
  await payment.page.getByRole('link', { name: 'The payment' }).click()
  await payment.page.getByRole('heading', { level: 1, name: 'Payment' }).waitFor()
  await other.page.locator('summary', { hasText: 'Close it as it is' }).click()
  await other.page.locator('#dismiss-reason').fill('Paid in cash')
  await other.page.getByRole('button', { name: 'Close it as it is' }).click()
  await other.page.getByRole('heading', { name: 'The exception is closed as it was' }).waitFor()
  for (const seen of [page, payment.page]) {
    await lookAgain(seen)
    await seen.getByText(`closed as it was by ${other.email}`).waitFor()
  }
  expect(await page.locator('main summary').count()).toBe(0)
})

it('gives a payment seats elsewhere, after a look at what that would do', async () => {
  const { id } = await anException(41)
  const { page, email } = await admins.enter('operator')
  await openException(page, id)
  await page.locator('summary', { hasText: 'Give it seats elsewhere' }).click()
  await page.getByLabel('City').selectOption('sf-jun-2026')
  await page.getByLabel('Tier').selectOption('vip')
  await page.getByLabel('Seats', { exact: true }).fill('400')
  await page.getByRole('button', { name: 'See what it would do' }).click()
  await page.getByRole('status').getByText('San Francisco has only 15 free VIP seats').waitFor()
  expect(await page.getByRole('button', { name: /^Give it/ }).count()).toBe(0)
  await page.getByLabel('Seats', { exact: true }).fill('4')
  await page.getByRole('button', { name: 'See what it would do' }).click()
  await page
    .getByRole('status')
    .filter({
      hasText:
        /^San Francisco has 15 free VIP seats; 11 would be left\. .*Giving it seats cannot be undone\.$/,
    })
    .waitFor()
  await page.getByRole('button', { name: 'Give it 4 VIP in San Francisco' }).click()
  await page.getByRole('heading', { name: 'The payment has its seats' }).waitFor()
  expect(await admins.auditRows(email, id)).toMatchObject([
    { action: 'exception.assign', outcome: 'applied' },
  ])
  const stock = await shop.rows(`select sold from inventory where city_id = 'sf-jun-2026' and tier = 'vip'`)
  expect(stock).toEqual([{ sold: 4 }])
})

it('dismisses with a reason, without scripts; without one it says so and keeps the form open', async () => {
  const { id } = await anException(42)
  const { page, email } = await admins.enter('operator', { javaScriptEnabled: false })
  await openException(page, id)
  await page.locator('summary', { hasText: 'Close it as it is' }).click()
  await page.getByText('Closing it cannot be undone.').waitFor()
  await page.getByRole('button', { name: 'Close it as it is' }).click()
  await page.getByRole('link', { name: 'Say why' }).waitFor()
  await page.getByLabel('Why', { exact: true }).fill('Paid in cash instead')
  await page.getByRole('button', { name: 'Close it as it is' }).click()
  await page.getByRole('heading', { name: 'The exception is closed as it was' }).waitFor()
  await page.getByText(`closed as it was by ${email}`).waitFor()
  const rows = await admins.auditRows(email, id)
  expect(rows.map(({ action, outcome, code }) => [action, outcome, code])).toEqual([
    ['exception.dismiss', 'applied', null],
    ['exception.dismiss', 'refused', 'invalid'],
  ])
})

it('leads from a decision to those that still wait, with whose each is', async () => {
  const { id } = await anException(43)
  const other = await anException(44)
  await shop.rows(`update payments set email = 'grace@example.com' where session_id = $1`, [other.session])
  const { page } = await admins.enter('operator')
  await openException(page, id)
  await page.locator('summary', { hasText: 'Close it as it is' }).click()
  await page.getByLabel('Why', { exact: true }).fill('Paid in cash instead')
  await page.getByRole('button', { name: 'Close it as it is' }).click()
  const notice = page.getByRole('status').filter({ hasText: 'The exception is closed as it was' })
  await notice.getByRole('link', { name: /more payments? needs? a decision/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Exceptions' }).waitFor()
  const waiting = page.getByRole('table', { name: 'Exceptions' })
  await waiting.getByRole('columnheader', { name: 'Email' }).waitFor()
  await waiting.getByRole('row').filter({ hasText: 'grace@example.com' }).getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Paid, but no seat is left' }).waitFor()
  expect(page.url()).toContain(`/admin/exceptions/${other.id}`)
})
