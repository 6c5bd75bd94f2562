import type { Page } from 'playwright'
import { type ConsoleSuite, consoleSuite } from './console-suite'
import { until } from './until'

/** What a test file about payments that wait for a decision works with. */
export interface ExceptionsSuite extends ConsoleSuite {
  /** Somebody pays for more seats than there are. @returns the exception's id */
  anException: (quantity?: number, cityId?: string) => Promise<{ id: string; session: string }>
  openException: (page: Page, id: string) => Promise<void>
}

/** A console that may refuse what an admin asks for: see `consoleSuite`. */
export function exceptionsSuite(): ExceptionsSuite {
  const suite = consoleSuite({ expected: /status of 4(03|09|22)/ })
  const { shop } = suite

  async function anException(quantity = 40, cityId = 'atlanta-feb-2026') {
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

  async function openException(page: Page, id: string) {
    await page.goto(`${shop.origin}/admin/exceptions/${id}`)
    await page.getByRole('heading', { level: 1, name: 'Paid, but no seat is left' }).waitFor()
  }

  return { ...suite, anException, openException }
}
