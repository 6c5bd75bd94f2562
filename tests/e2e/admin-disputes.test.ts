import { expect, it } from 'vitest'
import { consoleSuite } from '../support/console-suite'
import { until } from '../support/until'

/** What an admin decides about seats whose money a bank has taken. */

const { shop, visitors, admins } = consoleSuite()
const cityId = 'chicago-may-2026'

/** Somebody pays for two seats, and the bank takes the money back. @returns the exception's id */
async function aLostDispute(): Promise<string> {
  const { control } = shop.standIn
  const metadata = { cityId, ticketType: 'GA', quantity: '2' }
  const { session } = await control.createSession({ metadata, quantity: 2 })
  await control.pay(session.id)
  const { dispute } = await control.dispute(session.id)
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
        ...{ action: 'exception.restock', outcome: 'applied', reason },
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
