import { expect, test } from 'vitest'
import { type LinkQuery, listLinks } from '@/lib/links/read-links'
import { readsOf, recordedDatabase } from '@/tests/support/plans'

/** How PostgreSQL reads the list of many links: never all of them for a page. */

const database = recordedDatabase(async (owner) => {
  await owner.query(`
    insert into private_links (token_hash, city_id, tier, seats, created_by, created_at, expires_at, revoked_at)
    select sha256(n::text::bytea), c.id, 'ga', 2, 'tests', now() - make_interval(secs => n),
      now() + interval '1 day', case when n % 7 < 3 then now() end
    from generate_series(1, 20000) n
    join lateral (select id from cities order by id offset n % 6 limit 1) c on n > 0`)
  await owner.query('vacuum analyze private_links')
})

const cursor = `${(Date.now() - 10_000_000) * 1_000}~00000000-0000-4000-8000-000000000000`

test.each<[string, LinkQuery]>([
  ['the first page', {}],
  ['a later page', { cursor }],
  ['active ones', { onlyActive: true, cursor }],
  ['one city', { cityId: 'dallas-jan-2026' }],
  ['active ones of one city', { cityId: 'dallas-jan-2026', onlyActive: true, cursor }],
])('%s: newest first, by the index', async (_name, query) => {
  expect((await listLinks(query)).links).toHaveLength(50)
  const reads = await readsOf(database.recording, database.owner)
  expect(reads.filter(({ table }) => table === 'private_links')).toEqual([
    { how: 'Index Scan', table: 'private_links', index: 'private_links_by_time' },
  ])
})
