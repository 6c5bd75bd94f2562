import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { expandInventory } from '@/lib/inventory'
import { openCity } from '../support/console'
import { consoleSuite } from '../support/console-suite'
import { holdLock } from '../support/lock'
import { workerHasAudited } from '../support/worker-has-audited'

/** What the console shows of what was written down: the ledger, and whether it is all in order. */

const { shop, admins } = consoleSuite({ expected: /status of 409/ })

it('filters the ledger, pages through it, and hands it out as CSV', async () => {
  await shop.sql(`insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before,
      sold_after, public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, payment_id, occurred_at, hash)
    select 'nyc-apr-2026', 'vip', 1000 + n, 0, 'decrement', 1, n, n + 1, 15, 15, 15, 15, 'pi_' || n,
      timestamptz '2026-03-01 12:00Z' + n * interval '1 hour', sha256('x') from generate_series(1, 120) n`)
  const { page } = await admins.enter('viewer')
  await openCity(page, 'New York')
  await page.getByRole('link', { name: 'All of it, with filters' }).click()
  const rows = page.getByRole('table', { name: 'Ledger' }).locator('tbody tr')
  await expect.poll(() => rows.count()).toBe(50)
  await page.getByRole('status').getByText('50 rows, older ones follow').waitFor()
  await page.getByRole('link', { name: 'Older' }).click()
  await page.getByRole('link', { name: 'Newest' }).waitFor()
  await expect.poll(() => rows.count()).toBe(50)

  await page.getByLabel('From').fill('2026-03-02')
  await page.getByLabel('To, included').fill('2026-03-02')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  // A day of New York: 24 hours, from five in the morning UTC.
  await expect.poll(() => rows.count()).toBe(24)
  await page.getByRole('status').getByText('24 rows found').waitFor()
  await rows.first().getByText('Mar 2, 2026, 11:00 PM EST').waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'These rows as CSV' }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  expect((await download).suggestedFilename()).toBe('ledger-nyc-apr-2026.csv')
  expect(csv.trim().split('\r\n')).toHaveLength(25)

  await page.getByLabel('Payment, session or hold').fill('pi_of_nobody')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByRole('heading', { name: 'No row is like that' }).waitFor()
  expect(await page.getByRole('status').textContent()).toBe('No row fits')
  await page.getByRole('link', { name: 'Show all rows' }).click()
  await expect.poll(() => rows.count()).toBe(50)
  await page.getByLabel('What').selectOption('Opened')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => rows.count()).toBe(2)
})

it('leads from the latest expansions to all of them', async () => {
  for (let times = 0; times < 11; times++) await expandInventory('vegas-mar-2026', 'vip', 1, 'Dana')
  const { page } = await admins.enter('viewer')
  await openCity(page, 'Las Vegas')
  await page.getByText('The latest 10.').waitFor()
  await page.getByRole('link', { name: 'All of them' }).click()
  const rows = page.getByRole('table', { name: 'Ledger' }).locator('tbody tr')
  await expect.poll(() => rows.count()).toBe(11)
})

it('asks the worker to look at everything, and shows its verdict', async () => {
  const { page, email } = await admins.enter('operator')
  await workerHasAudited()
  await page.goto(`${shop.origin}/admin/audits`)
  const verdicts = page.getByRole('row').filter({ hasText: 'Everything' })
  const before = await verdicts.count()
  const running = await holdLock(shop, 'lock table audit_checkpoints in access exclusive mode')
  await page.getByRole('button', { name: 'Look at everything now' }).click()
  await page.getByRole('heading', { name: 'A full audit has been asked for' }).waitFor()
  await running.stops('6fb-audit')
  await page.getByRole('button', { name: 'Look at everything now' }).click()
  const refused = page.getByText('One is running that began before')
  await refused.waitFor()
  await running.release()
  // The page loads itself again while it waits for a verdict; what it was asked for stays answered.
  await expect.poll(() => verdicts.count(), { timeout: 15_000 }).toBe(before + 1)
  expect(await refused.count()).toBe(1)
  expect(await admins.auditRows(email)).toMatchObject([
    { action: 'audit.request', outcome: 'refused', code: 'already_running' },
    { action: 'audit.request', outcome: 'applied' },
  ])
})

it('says when an audit ended, what to do about a difference, and leads to its row', async () => {
  const cityId = 'nyc-apr-2026'
  await shop.sql(`insert into audit_runs (kind, started_at, finished_at, verdict, differences, rows_walked)
    values ('full', app_now(), timestamptz '2026-01-20 12:34Z', 'differences', '[{"kind": "quantity", "cityId": "${cityId}",
      "tier": "vip", "row": "ledger row 1", "message": "its quantity is 1, its change 2"}]', 7)`)
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/audits?show=differences`)
  await page.getByRole('heading', { name: 'What to do about a difference' }).waitFor()
  const run = page.getByRole('row').filter({ hasText: 'its quantity is 1, its change 2' })
  await run.getByText('Jan 20, 2026, 12:34 PM UTC').waitFor()
  await run.getByRole('link', { name: `${cityId} VIP, ledger row 1` }).click()
  await page.getByRole('heading', { level: 1, name: 'Ledger of New York' }).waitFor()
  expect(new URL(page.url()).search).toBe('?tier=vip')
})
