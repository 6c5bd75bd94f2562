import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentLinks } from '@/app/presenters/console/links'
import { archiveCity } from '@/lib/cities/admin-cities'
import { database } from '@/lib/database'
import { issueLink, type NewLink, revokeLink } from '@/lib/links/issue-link'
import { type LinkQuery, listLinks } from '@/lib/links/read-links'
import { somebody } from '@/tests/support/accounts'
import { aLink } from '@/tests/support/links'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** What an admin does with private links; what buyers do with them: `links.test.ts`. */

const counter = ticketCounter()

async function auditRows(action: string) {
  return counter.rows(
    sql`select outcome, code, target from admin_audit where action = ${action} order by id desc limit 1`,
  )
}

test('who makes a link sees of which cities no seat can be bought now', async () => {
  const [open, paused] = [await counter.aCity(), await counter.aCity()]
  await sql`update cities set sale_state = 'paused' where id = ${paused}`.execute(database())
  const { cities } = await presentLinks({ cityId: null, show: 'all', cursor: undefined })
  const told = (city: string) => cities.find(({ id }) => id === city)?.notOnSale
  expect([told(open), told(paused)]).toEqual([null, 'paused'])
})

test('a link that cannot be is refused, and the attempt is recorded', async () => {
  const city = await counter.aCity()
  const wanted: NewLink = { cityId: city, tier: 'ga', seats: 2, days: 7 }
  const codeOf = async (given: Partial<NewLink>) => {
    const result = await issueLink({ ...wanted, ...given }, somebody)
    return result.ok ? 'issued' : result.code
  }
  expect(await codeOf({ seats: 0 })).toBe('invalid_seats')
  expect(await codeOf({ seats: 1.5 })).toBe('invalid_seats')
  expect(await codeOf({ days: 366 })).toBe('invalid_days')
  expect(await codeOf({ email: 'nobody' })).toBe('invalid_email')
  expect(await codeOf({ note: 'a\0b' })).toBe('invalid_note')
  expect(await codeOf({ cityId: 'nowhere' })).toBe('unknown_city')
  expect(await auditRows('link.issue')).toEqual([
    { outcome: 'refused', code: 'unknown_city', target: 'nowhere' },
  ])
  expect(await listLinks({ cityId: city })).toEqual({ links: [], nextCursor: null })
  await archiveCity(city, somebody)
  expect(await codeOf({})).toBe('unknown_city')
})

test('a link that is revoked already is not revoked again, and the attempt is recorded', async () => {
  const city = await counter.aCity()
  const { id } = await aLink(city)
  expect(await revokeLink(id, somebody)).toEqual({ ok: true, value: null })
  expect(await revokeLink(id, somebody)).toEqual({ ok: false, code: 'already_revoked' })
  expect(await auditRows('link.revoke')).toEqual([
    { outcome: 'refused', code: 'already_revoked', target: city },
  ])
})

test('a link that two people revoke at once is revoked, and recorded, once', async () => {
  const city = await counter.aCity()
  for (let round = 0; round < 10; round++) {
    const { id } = await aLink(city)
    const both = await Promise.all([revokeLink(id, somebody), revokeLink(id, somebody)])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both).toContainEqual({ ok: false, code: 'already_revoked' })
  }
})

test('every link is on a page, and the oldest of 201 can be revoked', async () => {
  const city = await counter.aCity()
  const first = await aLink(city)
  await counter.rows(sql`
    insert into private_links (token_hash, city_id, tier, seats, created_by, created_at, expires_at)
    select sha256((${city} || n)::bytea), ${city}, 'ga', 2, 'tests',
      app_now() + (n / 2) * interval '1 microsecond', app_now() + interval '1 day'
    from generate_series(1, 200) n`)
  const ids = await idsOnAllPages({ cityId: city })
  expect(new Set(ids).size).toBe(201)
  expect(ids.at(-1)).toBe(first.id)
  expect(await idsOnAllPages({})).toEqual(expect.arrayContaining(ids))

  expect(await revokeLink(first.id, somebody)).toMatchObject({ ok: true })
  expect(await idsOnAllPages({ cityId: city, onlyActive: true })).toEqual(ids.slice(0, -1))
  expect(await idsOnAllPages({ cityId: city })).toEqual(ids)
})

test.each(['', '1', '1~', '1~nobody', `1~${'x'.repeat(36)}`, '\0~\0'])(
  'a place that no page has ended at is the beginning: %j',
  async (cursor) => {
    const { links } = await listLinks({ cursor })
    expect(links).toEqual((await listLinks()).links)
  },
)

async function idsOnAllPages(query: LinkQuery): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await listLinks({ ...query, cursor })
    ids.push(...page.links.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return ids
}

test('the secret is kept nowhere', async () => {
  const city = await counter.aCity()
  const { token } = await aLink(city)
  const [row] = await counter.rows(
    sql`select to_jsonb(l)::text as text from private_links l where city_id = ${city}`,
  )
  expect(JSON.stringify(row)).not.toContain(token)
  const audit = await counter.rows(sql`select after::text from admin_audit where action = 'link.issue'`)
  expect(JSON.stringify(audit)).not.toContain(token)
})
