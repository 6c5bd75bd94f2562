import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright'
import { afterEach, expect, it } from 'vitest'
import { expandInventory } from '@/lib/inventory'
import { consoleSuite } from '../support/console-suite'
import { isHydrated } from '../support/is-hydrated'
import { lookAgain, lookAway } from '../support/looked-at'
import { until } from '../support/until'

/** An admin's work with payments, from signing in to the row in the audit log. Each test has a payment of its own. */

const { shop, admins } = consoleSuite({ expected: /status of 4(03|09|22)/ })

/** Stripe may keep nothing from the tests that follow, though this one fails. */
afterEach(async () => {
  await shop.standIn.control.release()
  await shop.standIn.control.clearFaults()
})

/** Somebody pays for more seats than there are. @returns the exception's id */
async function anException(
  quantity = 40,
  cityId = 'atlanta-feb-2026',
): Promise<{ id: string; session: string }> {
  const metadata = { cityId, ticketType: 'GA', quantity: String(quantity) }
  const { session } = await shop.standIn.control.createSession({ metadata, quantity })
  await shop.standIn.control.pay(session.id)
  const id = await until(async () => {
    const [row] = await shop.rows<{ id: string }>(
      `select e.id::text from payment_exceptions e join payments p on p.id = e.payment_id where p.session_id = $1`,
      [session.id],
    )
    return row?.id
  })
  return { id, session: session.id }
}

async function openException(page: Page, id: string): Promise<void> {
  await page.goto(`${shop.origin}/admin/exceptions/${id}`)
  await page.getByRole('heading', { level: 1, name: 'Paid, but no seat is left' }).waitFor()
}

/** Ends with the answer: only then may Stripe think again. */
async function askStripe(page: Page): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Ask Stripe now' }).click()
  await answered
}

it('finds a payment by its session, and shows its money, its exception and its events', async () => {
  const { id, session } = await anException()
  const { page } = await admins.enter('viewer')
  await page.getByRole('link', { name: 'Payments', exact: true }).click()
  await page.getByLabel('Find', { exact: true }).fill(session)
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('status').getByText('1 payment found').waitFor()
  await page.getByRole('table', { name: 'Payments' }).getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Payment' }).waitFor()
  await page.getByText('checkout.session.completed').waitFor()
  // Stripe knows nothing of what the stand-in took.
  expect(await page.getByRole('link', { name: 'Open at Stripe' }).count()).toBe(0)
  await page.getByRole('banner').getByText('Test payments').waitFor()
  await page.getByRole('link', { name: 'Paid, but no seat is left' }).click()
  // A viewer sees what is to be done, and can do nothing.
  await page.getByText('You can look, but not decide').waitFor()
  expect(page.url()).toContain(`/admin/exceptions/${id}`)
  expect(await page.getByRole('button', { name: /Refund/ }).count()).toBe(0)
})

it('leads to each payment of an address that has more than are shown at first', async () => {
  await shop.rows(`insert into payments (id, email, created_at)
    select 'regular_' || n, 'regular@example.com', app_now() - make_interval(days => n) from generate_series(1, 51) n`)
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/payments?search=regular@example.com`)
  const older = page.getByRole('status').getByText('50 payments, older ones follow')
  await older.waitFor()
  const rows = page.getByRole('table', { name: 'Payments' }).locator('tbody tr')
  expect(await rows.count()).toBe(50)
  const pages = page.getByRole('navigation', { name: 'Pages of payments' })
  await pages.getByRole('link', { name: 'Older' }).click()
  await rows.filter({ hasText: 'regular_51' }).waitFor()
  expect(await rows.count()).toBe(1)
  await pages.getByRole('link', { name: 'Newest' }).click()
  await older.waitFor()
})

it('hands out the payments that were found as CSV', async () => {
  await shop.rows(
    `insert into payments (id, email) values ('file_1', 'file@example.com'), ('file_2', 'file@example.com')`,
  )
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/payments?search=FILE@example.com`)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'These payments as CSV' }).click()
  expect((await download).suggestedFilename()).toBe('payments.csv')
  const csv = await readFile(await (await download).path(), 'utf8')
  expect(csv.trim().split('\r\n')).toHaveLength(3)
})

it('finds an exception by its session, also among those that are resolved, and hands it out as CSV', async () => {
  const { id, session } = await anException()
  await anException()
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/exceptions`)
  await page.getByLabel('Find', { exact: true }).fill(session)
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('status').getByText('1 exception found').waitFor()
  await page.locator(`a[href="/admin/exceptions/${id}"]`).waitFor()
  const which = page.getByRole('navigation', { name: 'Which exceptions' })
  await which.getByRole('link', { name: 'Resolved' }).click()
  await page.getByRole('heading', { name: 'No exception fits' }).waitFor()
  await which.getByRole('link', { name: 'All' }).click()
  await page.getByRole('status').getByText('1 exception found').waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'These exceptions as CSV' }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  expect(csv.trim().split('\r\n')).toHaveLength(2)
  expect(csv).toContain(session)
  await page.getByRole('link', { name: 'Clear' }).click()
  await page.getByRole('link', { name: 'All exceptions as CSV' }).waitFor()
})

it('says what is to be entered where a part of an address finds nothing', async () => {
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/payments?search=regular@`)
  await page
    .getByText('No payment fits. Enter the whole email address or id; a part finds nothing.')
    .waitFor()
})

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

it('leads from an alert about a city that nobody knows to what waits for a decision', async () => {
  const metadata = { cityId: 'ATLANTIS', ticketType: 'GA' }
  const { session } = await shop.standIn.control.createSession({ metadata })
  await shop.standIn.control.pay(session.id)
  const alert = await until(async () => {
    const [row] = await shop.rows<{ id: string }>(
      `select id from alerts where kind = 'exception' and city_id = 'ATLANTIS'`,
    )
    return row
  })
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/alerts/${alert.id}`)
  await page.getByRole('link', { name: 'The exception', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Paid for a city that we do not know' }).waitFor()
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

it('lists what has come meanwhile', async () => {
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/exceptions`)
  await page.getByRole('heading', { level: 1, name: 'Exceptions' }).waitFor()
  await page.waitForFunction(isHydrated)
  const { id } = await anException(45)
  await lookAgain(page)
  await page.locator(`a[href="/admin/exceptions/${id}"]`).waitFor()
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

it('refunds once though its button is pressed again while Stripe is asked', async () => {
  const { id } = await anException(101)
  const { page, email } = await admins.enter('operator')
  await openException(page, id)
  await page.locator('summary', { hasText: 'Refund' }).click()
  await shop.standIn.control.fault({ match: 'POST /v1/refunds', kind: 'slow', delayMs: 2_000 })
  const button = page.getByRole('button', { name: /^Refund/ })
  const sent = page.waitForRequest((request) => request.method() === 'POST')
  await button.click()
  await sent
  await button.dispatchEvent('click')
  await page.getByRole('heading', { name: 'The money was sent back' }).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
  expect(await admins.auditRows(email, id)).toMatchObject([
    { action: 'exception.refund', outcome: 'applied' },
    { action: 'exception.begin_refund', outcome: 'applied' },
  ])
})

it('refunds once though its form comes twice at once, without scripts', async () => {
  const { id } = await anException(102)
  const { page, email } = await admins.enter('operator', { javaScriptEnabled: false })
  await openException(page, id)
  const form = page.locator('form', { has: page.locator('[name=form][value=refund]') })
  const fields: Record<string, string> = { form: 'refund', reason: '' }
  for (const name of ['key', 'expectedRefundedCents'])
    fields[name] = await form.locator(`[name=${name}]`).inputValue()
  await shop.standIn.control.fault({ match: 'POST /v1/refunds', kind: 'slow', delayMs: 1_500 })
  const send = () =>
    page.request.post(page.url(), { form: fields, headers: { origin: shop.origin }, maxRedirects: 0 })
  const answers = await Promise.all([send(), send()])
  expect(answers.map((answer) => answer.status())).toEqual([303, 303])
  await page.reload()
  await page.getByRole('heading', { name: 'The money was sent back' }).waitFor()
  expect(await admins.auditRows(email, id)).toMatchObject([
    { action: 'exception.refund', outcome: 'applied' },
    { action: 'exception.begin_refund', outcome: 'applied' },
  ])
})

it('refunds through Stripe, once, though two admins press at once', async () => {
  const { id, session } = await anException(100)
  const [one, other] = [await admins.enter('operator'), await admins.enter('operator')]
  for (const { page } of [one, other]) {
    await openException(page, id)
    await lookAway(page)
    await page.locator('summary', { hasText: 'Refund $100,000' }).click()
  }
  await one.page.getByRole('button', { name: 'Refund $100,000' }).click()
  await one.page.getByRole('heading', { name: 'The money was sent back' }).waitFor()
  await other.page.locator('#refund-reason').fill('the buyer called')
  await other.page.getByRole('button', { name: 'Refund $100,000' }).click()
  const refusal = other.page.getByRole('alert').filter({ hasText: 'Nothing more was done' })
  await refusal.getByText('This exception has been resolved').waitFor()
  // The page says who did it, and offers nothing any more.
  await other.page.getByText(`refunded by ${one.email}`).waitFor()
  expect(await other.page.locator('main summary').count()).toBe(0)
  const { refunds } = await shop.standIn.control.snapshot()
  const [payment] = await shop.rows<{ intent: string }>(
    `select payment_intent_id as intent from payments where session_id = $1`,
    [session],
  )
  expect(refunds.filter(({ payment_intent }) => payment_intent === payment?.intent)).toHaveLength(1)
  expect(await admins.auditRows(other.email, id)).toMatchObject([
    { action: 'exception.refund', outcome: 'refused', code: 'already_resolved', reason: 'the buyer called' },
  ])
})

it('says that a refund is on its way, and offers nothing that would give the payment seats', async () => {
  const { id, session } = await anException(43)
  const { control } = shop.standIn
  const { page } = await admins.enter('operator')
  await openException(page, id)
  await page.locator('summary', { hasText: 'Refund' }).click()
  // Stripe's answer comes before its news.
  await control.hold()
  const { refund } = await control.refund(session, null, { status: 'pending', metadata: { exceptionId: id } })
  await page.getByRole('button', { name: /^Refund/ }).click()
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
  await page.getByText('the refund is on its way, by').waitFor()
  expect(await page.locator('main summary').count()).toBe(0)

  await askStripe(page)
  await control.settleRefund(refund.id)
  await askStripe(page)
  await page.getByRole('heading', { name: 'The money was sent back' }).waitFor()
})

it('waits for a refund from Stripe’s dashboard, and makes no other when it asks about it', async () => {
  const { id, session } = await anException(44)
  const { control } = shop.standIn
  const { refund } = await control.refund(session, 100_000, { status: 'pending' })
  const { page, email } = await admins.enter('operator')
  const nothingToDo = page.getByRole('heading', { name: 'Nothing to do' })
  await until(async () => {
    await openException(page, id)
    return (await nothingToDo.count()) > 0
  })
  await page.getByText('a refund is on its way', { exact: true }).waitFor()
  await askStripe(page)
  await page.getByRole('heading', { name: 'The refund is on its way' }).waitFor()
  await nothingToDo.waitFor()
  const { refunds } = await control.snapshot()
  expect(refunds.filter(({ payment_intent }) => payment_intent === refund.payment_intent)).toHaveLength(1)

  await control.hold()
  await control.failRefund(refund.id)
  await askStripe(page)
  await page.getByRole('heading', { name: 'No refund is on its way any more' }).waitFor()
  await page.getByRole('heading', { name: 'What to do' }).waitFor()
  expect(await admins.auditRows(email, id)).toMatchObject([
    { action: 'exception.ask', outcome: 'applied', after: { resolution: 'undecided' } },
    { action: 'exception.ask', outcome: 'applied', after: { resolution: 'refund_pending' } },
  ])
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
