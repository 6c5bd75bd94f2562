import { expect, it } from 'vitest'
import { consoleSuite } from '../support/console-suite'
import { until } from '../support/until'

/** What an admin decides about seats whose money a bank has taken, or that were refunded all but a fee. */

const { shop, visitors, admins } = consoleSuite({ expected: /status of 4(09|22)/ })
const cityId = 'chicago-may-2026'

/** Somebody pays for two seats, and the bank takes so much back, by default all. @returns the exception's id */
async function aLostDispute(amount?: number): Promise<string> {
  const { control } = shop.standIn
  const metadata = { cityId, ticketType: 'GA', quantity: '2' }
  const { session } = await control.createSession({ metadata, quantity: 2 })
  await control.pay(session.id)
  const { dispute } = await control.dispute(session.id, { amount })
  await control.closeDispute(dispute.id, 'lost')
  return until(async () => {
    const [row] = await shop.rows<{ id: string }>(
      `select e.id::text from payment_exceptions e join payments p on p.id = e.payment_id
       where p.session_id = $1 and p.seats_sold = 2 and e.kind = 'dispute_lost'`,
      [session.id],
    )
    return row?.id
  })
}

it.each(['with', 'without'])(
  'gives the seats back to stock, which sell again, %s scripts',
  async (scripts) => {
    const id = await aLostDispute()
    const reason = `They will not come, says a page ${scripts} scripts`
    const { page, email } = await admins.enter('operator', { javaScriptEnabled: scripts === 'with' })
    await page.goto(`${shop.origin}/admin/exceptions/${id}`)
    await page.getByRole('heading', { level: 1, name: 'A dispute was lost' }).waitFor()
    await page.locator('summary', { hasText: 'Give 2 seats back to stock' }).click()
    await page.getByText('The bank took $2,000. 2 seats become free.').waitFor()
    await page.locator('#restock-reason').fill(reason)
    await page.getByRole('button', { name: 'Give 2 seats back to stock' }).click()
    await page
      .getByRole('heading', { name: 'Its seats are given back, and the exception is closed' })
      .waitFor()
    await page.getByText(`seats given back by ${email}`).waitFor()
    expect(await page.locator('main summary').count()).toBe(0)
    expect(await admins.auditRows(email, id)).toMatchObject([
      {
        action: 'exception.restock',
        outcome: 'applied',
        reason,
        after: { resolution: 'restocked' },
      },
    ])

    await page.goto(`${shop.origin}/admin/cities/${cityId}/ledger`)
    const [row] = await page.getByRole('row').filter({ hasText: reason }).allInnerTexts()
    expect(row).toMatch(/Returned[\s\S]*−2[\s\S]*2 → 0/)
    const customer = await visitors.arrive()
    await customer.goto(`${shop.origin}/cities/${cityId}`)
    await customer.locator('#tier-ga-stock').getByText('35', { exact: true }).waitFor()
  },
)

it('gives as many seats back as somebody says, where the money does not, without scripts', async () => {
  const id = await aLostDispute(199_412)
  const { page, email } = await admins.enter('operator', { javaScriptEnabled: false })
  await page.goto(`${shop.origin}/admin/exceptions/${id}`)
  const give = async (seats: string) => {
    if (!(await page.locator('#restock-seats').isVisible()))
      await page.locator('summary', { hasText: 'Give seats back to stock' }).click()
    await page.getByText('The bank took $1,994.12, which is no whole number of tickets.').waitFor()
    await page.locator('#restock-seats').fill(seats)
    await page.getByRole('button', { name: 'Give back to stock' }).click()
  }
  await give('some')
  await page.getByText('Write a whole number above 0').first().waitFor()
  await give('3')
  await page.getByText('This payment has 2 seats that can be given back').first().waitFor()
  expect(await page.locator('#restock-seats').inputValue()).toBe('3')
  await give('2')
  await page.getByRole('heading', { name: 'Its seats are given back, and the exception is closed' }).waitFor()
  expect(await admins.auditRows(email, id)).toMatchObject([
    { action: 'exception.restock', outcome: 'applied' },
    { action: 'exception.restock', outcome: 'refused', code: 'not_fitting' },
    { action: 'exception.restock', outcome: 'refused', code: 'invalid' },
  ])
  expect(
    await shop.rows(
      `select seats_returned, lost_cents::int from payments where id = (
        select payment_id from payment_exceptions where id = $1)`,
      [id],
    ),
  ).toEqual([{ seats_returned: 2, lost_cents: 200_000 }])
})

it('gives a seat back that was refunded all but a fee', async () => {
  const { control } = shop.standIn
  const metadata = { cityId, ticketType: 'GA', quantity: '2' }
  const { session } = await control.createSession({ metadata, quantity: 2 })
  await control.pay(session.id)
  await control.refund(session.id, 85_000)
  const id = await until(async () => {
    const [row] = await shop.rows<{ id: string }>(
      `select e.id::text from payment_exceptions e join payments p on p.id = e.payment_id
       where p.session_id = $1 and p.seats_sold = 2`,
      [session.id],
    )
    return row?.id
  })
  const { page } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/exceptions/${id}`)
  await page.locator('summary', { hasText: 'Give seats back to stock' }).click()
  await page.getByText('The buyer got back $850, which is no whole number of tickets.').waitFor()
  await page.locator('#restock-seats').fill('1')
  await page.getByRole('button', { name: 'Give back to stock' }).click()
  await page.getByRole('heading', { name: 'Its seats are given back, and the exception is closed' }).waitFor()
  expect(
    await shop.rows(
      `select seats_returned, lost_cents::int from payments where id = (
        select payment_id from payment_exceptions where id = $1)`,
      [id],
    ),
  ).toEqual([{ seats_returned: 1, lost_cents: 15_000 }])
})
