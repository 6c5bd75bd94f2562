import { expect, it } from 'vitest'
import { database } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { consoleSuite } from '../support/console-suite'
import { lookAgain } from '../support/looked-at'
import { until } from '../support/until'

/** An admin's work with jobs that have failed for good. */

const { shop, admins } = consoleSuite({ expected: /status of 409/ })

it('replays a dead letter', async () => {
  await enqueue(database(), 'refunds', [{ exceptionId: 999_999, step: 'refund' }])
  await until(
    async () => (await shop.rows(`select 1 from pgboss.job where name = 'refunds-dead'`)).length > 0,
  )
  const { page, email } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/queues`)
  const row = page.getByRole('row').filter({ hasText: '999999' })
  await row.getByText('There is no such exception').waitFor()
  // What waits for a person comes first.
  expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Dead letters', 'Health'])
  await row.getByRole('button', { name: /^Replay/ }).click()
  await page.getByRole('heading', { name: 'One job runs again' }).waitFor()
  expect(await admins.auditRows(email)).toMatchObject([
    { action: 'dead_letter.replay', outcome: 'applied', after: { replayed: 1 } },
  ])
})

it('replays all dead letters of a queue, once that is confirmed, and none of another queue', async () => {
  const exceptionIds = [999_991, 999_992, 999_993]
  await enqueue(
    database(),
    'refunds',
    exceptionIds.map((exceptionId) => ({ exceptionId, step: 'refund' })),
  )
  await shop.sql(`insert into pgboss.job (name, data) values ('alerts-dead', '{"channel": "other"}')`)
  // Those of tests before this one, too: none is still on its way.
  const stateOfRefunds = () =>
    shop.rows<{ waiting: number; count: number }>(`
      select count(*) filter (where name = 'refunds')::int as waiting,
        count(*) filter (where name = 'refunds-dead')::int as count
      from pgboss.job where name in ('refunds', 'refunds-dead') and state < 'completed'`)
  const { count } = await until(async () => {
    const [state] = await stateOfRefunds()
    return state?.waiting === 0 && state.count >= exceptionIds.length && state
  })
  const { page, email } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/queues`)
  expect(await page.getByText('Replay all from alerts').count()).toBe(0)
  await page.locator('summary', { hasText: 'Replay all from refunds' }).click()
  await page.getByRole('button', { name: `Replay ${count} jobs`, exact: true }).click()
  await page.getByRole('heading', { name: `${count} jobs run again` }).waitFor()
  expect(await admins.auditRows(email)).toMatchObject([
    { action: 'dead_letter.replay', outcome: 'applied', after: { replayed: count } },
  ])
  await page.getByRole('button', { name: 'Replay other' }).waitFor()
  await shop.sql(`delete from pgboss.job where name = 'alerts-dead'`)
})

it('says why nothing was replayed until the admin acts, though the page loads itself again', async () => {
  const letter = (name: string) =>
    shop.sql(`insert into pgboss.job (name, data) values ('alerts-dead', '{"channel": "${name}"}')`)
  const { page } = await admins.enter('operator')
  await letter('gone')
  await page.goto(`${shop.origin}/admin/queues`)
  await page.getByRole('button', { name: 'Replay gone' }).waitFor()
  await shop.sql(`delete from pgboss.job where name = 'alerts-dead'`)
  await page.getByRole('button', { name: 'Replay gone' }).click()
  const refused = page.getByText('It is not there any more; somebody may have replayed it.')
  await refused.waitFor()
  await letter('new')
  await lookAgain(page)
  await page.getByRole('button', { name: 'Replay new' }).waitFor()
  expect(await refused.count()).toBe(1)
  await page.getByRole('link', { name: 'Payments', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Payments' }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Replay new' }).waitFor()
  expect(await refused.count()).toBe(0)
  await shop.sql(`delete from pgboss.job where name = 'alerts-dead'`)
})

it('leads to each dead letter of a queue that has more than are shown at first', async () => {
  await shop.sql(`insert into pgboss.job (name, data, created_on)
    select 'alerts-dead', jsonb_build_object('channel', 'letter ' || n), now() - make_interval(days => 1, secs => n)
    from generate_series(1, 101) n`)
  const { page } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/queues`)
  await page.getByText('From alerts: these are 100 of 101, the newest.').waitFor()
  await page.getByRole('link', { name: 'All from alerts' }).click()
  await page.getByRole('link', { name: 'Older' }).click()
  await page.getByRole('button', { name: 'Replay letter 101' }).waitFor()
  expect(await page.getByRole('button', { name: /^Replay letter/ }).count()).toBe(1)
  await shop.sql(`delete from pgboss.job where name = 'alerts-dead'`)
})

it('replays a dead letter once, though its form comes twice', async () => {
  await enqueue(database(), 'refunds', [{ exceptionId: 999_998, step: 'refund' }])
  const { page, email } = await admins.enter('operator', { javaScriptEnabled: false })
  const form = page.getByRole('row').filter({ hasText: '999998' }).locator('form')
  await until(async () => {
    await page.goto(`${shop.origin}/admin/queues`)
    return (await form.count()) > 0
  })
  const fields: Record<string, string> = {}
  for (const name of ['key', 'queue', 'id']) fields[name] = await form.locator(`[name=${name}]`).inputValue()
  const send = () =>
    page.request.post(page.url(), { form: fields, headers: { origin: shop.origin }, maxRedirects: 0 })
  expect([(await send()).status(), (await send()).status()]).toEqual([303, 303])
  await page.reload()
  await page.getByRole('heading', { name: 'One job runs again' }).waitFor()
  expect(await admins.auditRows(email)).toMatchObject([{ action: 'dead_letter.replay', outcome: 'applied' }])
})
