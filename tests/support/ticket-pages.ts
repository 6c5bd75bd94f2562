import type { Page } from 'playwright'

/** Sooner than a page asks by itself, so that the stream has told it; how soon that is, the bench measures. */
export const inTime = { timeout: 8_000 }

/** Waits until a tier's figure on its city's page reads so. */
export async function seesSeats(page: Page, tier: 'ga' | 'vip', words: string, options = {}) {
  await page.locator(`#tier-${tier}-stock`).getByText(words, { exact: true }).waitFor(options)
}

/** Pays on the payment page that is open. */
export async function pay(page: Page) {
  await page.getByLabel('Email').fill('ada@example.com')
  await page.getByRole('button', { name: 'Pay', exact: true }).click()
}
