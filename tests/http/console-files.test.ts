import { beforeAll, describe, expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'

/** What accounting gets of payments and of what waits for a person: the files behind the lists. */

const { shop, callers } = callersSuite()
let viewer: Record<string, string>

beforeAll(async () => {
  // Nobody is to compare what this forges.
  await shop.worker.stop()
  viewer = await callers.session('viewer')
  await shop.sql(`insert into payments (id, payment_intent_id, session_id, reservation_id, state, email, amount_cents, currency,
      dispute, city_id, tier, epoch, seats_sold, created_at, sold_at)
    select 'pi_' || lpad(n::text, 4, '0'), 'pi_' || n, 'cs_' || n, 'r' || n, 'sold',
      case when n % 2 = 0 then 'regular@example.com' else '@formula@example.com' end, 150050, 'usd',
      case when n % 100 = 0 then 'open' end, 'dallas-jan-2026', 'vip', 0, 1,
      timestamptz '2026-01-01Z' + n * interval '1 minute', timestamptz '2026-01-01Z' + n * interval '1 minute'
    from generate_series(1, 2101) n`)
  await shop.sql(`insert into payment_exceptions (payment_id, kind, state, resolution, resolved_by, resolved_at, reason,
      amount_cents, currency, detail, created_at)
    select id, 'no_seat', case when n % 2 = 0 then 'open' else 'resolved' end,
      case when n % 2 = 1 then 'dismissed' end, case when n % 2 = 1 then 'ada@example.com' end,
      case when n % 2 = 1 then timestamptz '2026-02-01Z' end,
      case when n % 2 = 1 then '=HYPERLINK("https://evil.example")' end, 150000, 'usd', 'no seat', created_at
    from (select *, substr(id, 4)::int as n from payments) numbered order by n`)
  await shop.sql(`insert into alerts (kind, city_id, subject, body, created_at)
    select 'manual', case when n = 9 then 'dallas-jan-2026' end, '=' || n, '', timestamptz '2026-01-01Z' + n * interval '1 minute'
    from generate_series(1, 450) n`)
  await shop.sql(`insert into alert_deliveries (alert_id, channel, target, state)
    select id, 'email', target, case when subject = '=9' and target like 'a%' then 'failed' else 'sent' end
    from alerts cross join unnest(array['ada@example.com', 'bob@example.com']) target where subject in ('=8', '=9')`)
})

const files = {
  '/admin/payments.csv': {
    name: 'payments.csv',
    head:
      'paymentId,createdAt,state,dispute,email,cityId,tier,epoch,seats,seatsGivenBack,amount,refunded,lost,currency,' +
      'soldAt,paymentIntentId,sessionId,reservationId',
    lines: 2101,
  },
  '/admin/payments/disputed.csv': {
    name: 'disputed-payments.csv',
    head:
      'paymentId,createdAt,state,dispute,email,cityId,tier,epoch,seats,seatsGivenBack,amount,refunded,lost,currency,' +
      'soldAt,paymentIntentId,sessionId,reservationId',
    lines: 21,
  },
  '/admin/exceptions.csv': {
    name: 'exceptions.csv',
    head:
      'id,createdAt,state,kind,detail,email,cityId,tier,quantity,amount,paid,refunded,lost,currency,claimedBy,' +
      'resolution,resolvedBy,resolvedAt,reason,refundId,paymentId,paymentIntentId,sessionId,reservationId',
    lines: 1050,
  },
  '/admin/alerts.csv': {
    name: 'alerts.csv',
    head: 'id,createdAt,kind,level,cityId,subject,sent,pending,sending,failed,unknown,skipped',
    lines: 450,
  },
}

async function linesOf(path: string): Promise<string[]> {
  const answer = await fetch(shop.origin + path, { headers: viewer })
  expect(answer.status).toBe(200)
  return (await answer.text()).trim().split('\r\n').slice(1)
}

describe.each(Object.entries(files))('%s', (path, { name, head, lines }) => {
  it('is a file of its name that nobody keeps, with a head line and each row once', async () => {
    const answer = await fetch(shop.origin + path, { headers: viewer })
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`)
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const [first, ...rest] = new TextDecoder().decode(bytes).trim().split('\r\n')
    expect(first).toBe(head)
    expect(new Set(rest.map((line) => line.split(',')[0])).size).toBe(lines)
    expect(rest).toHaveLength(lines)
  })

  it('is for those who are signed in, and not for tokens', async () => {
    for (const headers of [{}, await callers.token('own'), await callers.expiredSession()]) {
      const answer = await fetch(shop.origin + path, { headers, redirect: 'manual' })
      expect([302, 401]).toContain(answer.status)
      expect(await answer.text()).not.toContain('pi_0')
    }
  })

  it('has a head for whoever asks for that alone, and takes nothing', async () => {
    const asked = await fetch(shop.origin + path, { method: 'HEAD', headers: viewer })
    expect([asked.status, asked.headers.get('content-type'), await asked.text()]).toEqual([
      200,
      'text/csv; charset=utf-8',
      '',
    ])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const refused = await fetch(shop.origin + path, { method, headers: { ...viewer, origin: shop.origin } })
      expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD'])
    }
  })
})

it('has the payments that a search finds, newest first', async () => {
  const regular = await linesOf('/admin/payments.csv?search=%20Regular@example.com')
  expect(regular).toHaveLength(1050)
  expect(regular[0]).toBe(
    'pi_2100,2026-01-02T11:00:00.000Z,sold,open,regular@example.com,dallas-jan-2026,vip,0,1,0,1500.50,0,0,usd,' +
      '2026-01-02T11:00:00.000Z,pi_2100,cs_2100,r2100',
  )
  expect(await linesOf('/admin/payments.csv?search=cs_7')).toEqual([expect.stringMatching(/^pi_0007,/)])
  // Which of the events the page shows says nothing of the payments.
  expect(await linesOf('/admin/payments.csv?search=r7&state=ignored')).toHaveLength(1)
  for (const nobody of ['cs_', '%00', 'x'.repeat(300)])
    expect(await linesOf(`/admin/payments.csv?search=${nobody}`)).toEqual([])
})

it('has the exceptions that the page shows, newest first', async () => {
  const states = async (query: string) =>
    new Set((await linesOf(`/admin/exceptions.csv${query}`)).map((line) => line.split(',')[2]))
  expect(await states('')).toEqual(new Set(['open']))
  expect(await states('?state=none')).toEqual(new Set(['open']))
  expect(await states('?state=resolved')).toEqual(new Set(['resolved']))
  const all = await linesOf('/admin/exceptions.csv?state=all')
  expect(all).toHaveLength(2101)
  expect(all.map((line) => line.split(',')[1])).toEqual(
    all
      .map((line) => line.split(',')[1] ?? '')
      .toSorted()
      .toReversed(),
  )
  expect(await linesOf('/admin/exceptions.csv?search=pi_7')).toEqual([])
  expect(await linesOf('/admin/exceptions.csv?search=pi_8')).toEqual([
    expect.stringMatching(
      /^\d+,2026-01-01T00:08:00\.000Z,open,no_seat,no seat,regular@example\.com,,,,1500,1500\.50,0,0,usd,,,,,,,pi_0008,pi_8,cs_8,r8$/,
    ),
  ])
})

it('has the alerts that the page shows, newest first, and tells nobody’s address', async () => {
  const all = await linesOf('/admin/alerts.csv')
  expect(all.map((line) => line.split(',')[5])).toEqual(
    Array.from({ length: 450 }, (_, back) => `'=${450 - back}`),
  )
  expect(all.at(-8)).toMatch(/^[0-9a-f-]{36},2026-01-01T00:08:00\.000Z,manual,,,'=8,2,0,0,0,0,0$/)
  expect(await linesOf('/admin/alerts.csv?show=failed')).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36},.+,manual,,dallas-jan-2026,'=9,1,0,0,1,0,0$/),
  ])
})

it('has no cell that a spreadsheet would run', async () => {
  const [line] = await linesOf('/admin/exceptions.csv?state=all&search=pi_7')
  expect(line).toContain(`,'@formula@example.com,`)
  expect(line).toContain(`,"'=HYPERLINK(""https://evil.example"")",`)
  expect((await linesOf('/admin/payments.csv?search=pi_7'))[0]).toContain(`,'@formula@example.com,`)
})

it('is offered on its page, with what the page was asked for', async () => {
  const page = async (path: string) =>
    (await (await fetch(shop.origin + path, { headers: viewer })).text()).replaceAll('&amp;', '&')
  expect(await page('/admin/payments?state=ignored')).toContain('href="/admin/payments.csv"')
  expect(await page('/admin/payments?search=a%26b&cursor=1~x')).toContain(
    'href="/admin/payments.csv?search=a%26b"',
  )
  expect(await page('/admin/payments/disputed')).toContain('href="/admin/payments/disputed.csv"')
  expect(await page('/admin/exceptions')).toContain('href="/admin/exceptions.csv"')
  expect(await page('/admin/alerts')).toContain('href="/admin/alerts.csv"')
  expect(await page('/admin/alerts?show=failed&cursor=1~x')).toContain('href="/admin/alerts.csv?show=failed"')
  expect(await page('/admin/exceptions?state=resolved&search=cs_7&cursor=9')).toContain(
    'href="/admin/exceptions.csv?state=resolved&search=cs_7"',
  )
})
