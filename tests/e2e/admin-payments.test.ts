import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { exceptionsSuite } from '../support/exceptions-suite'
import { isHydrated } from '../support/is-hydrated'
import { lookAgain } from '../support/looked-at'
import { until } from '../support/until'

/** Payments, and those that wait for a decision: found, listed, led to, handed out. Each test has a payment of its own. */

const { shop, admins, anException } = exceptionsSuite()

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

it('lists what has come meanwhile', async () => {
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/exceptions`)
  await page.getByRole('heading', { level: 1, name: 'Exceptions' }).waitFor()
  await page.waitForFunction(isHydrated)
  const { id } = await anException(45)
  await lookAgain(page)
  await page.locator(`a[href="/admin/exceptions/${id}"]`).waitFor()
})
