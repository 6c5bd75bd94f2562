import type { Page } from 'playwright'
import { afterEach, expect, it } from 'vitest'
import { exceptionsSuite } from '../support/exceptions-suite'
import { lookAway } from '../support/looked-at'
import { until } from '../support/until'

/** An admin sends a payment's money back, once, whatever the bank takes. Each test has a payment of its own. */

const { shop, admins, anException, openException } = exceptionsSuite()

/** Stripe may keep nothing from the tests that follow, though this one fails. */
afterEach(async () => {
  await shop.standIn.control.release()
  await shop.standIn.control.clearFaults()
})

/** Ends with the answer: only then may Stripe think again. */
async function askStripe(page: Page): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Ask Stripe now' }).click()
  await answered
}

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
