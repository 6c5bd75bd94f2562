import { get, type IncomingMessage } from 'node:http'
import { beforeAll, expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'

/** A long file for somebody who takes it slowly: it waits in the database, not in the memory of the web process. */

const city = 'dallas-jan-2026'
const count = 45_000
const { shop, callers } = callersSuite()

beforeAll(async () => {
  // Nobody is to compare what this forges.
  await shop.worker.stop()
  // More than the buffers between two processes hold.
  await shop.sql(`insert into payments (id, session_id, city_id, tier, epoch, seats_sold, email, sold_at)
    select 'pi_' || long[1], 'cs_' || long[2], '${city}', 'ga', 0, 1, long[3], app_now() + n * interval '1 second'
    from generate_series(1, ${count}) n
    cross join lateral (select array_agg(text) as long from (
      select string_agg(md5(n || 'x' || m), '') as text from generate_series(1, 21) m group by m % 3) texts) texts`)
  await shop.sql('analyze payments')
})

function download(headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${shop.origin}/admin/cities/${city}/buyers.csv`, { headers }, resolve).on('error', reject)
  })
}

async function linesOf(answer: IncomingMessage): Promise<string[]> {
  const pieces: Buffer[] = []
  for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString().trim().split('\r\n')
}

it('is not read ahead of the client', async () => {
  const headers = { ...(await callers.session('viewer')), 'accept-encoding': 'gzip' }
  const slow = await download(headers)
  slow.pause()
  // Asked for later, and taken whole: by then, whoever reads ahead has read all of the slow one as well.
  expect(await linesOf(await download(headers))).toHaveLength(count + 1)
  await shop.sql(`update payments set email = 'late@example.com'
    where id = (select id from payments order by sold_at desc limit 1)`)
  const lines = await linesOf(slow)
  expect(lines).toHaveLength(count + 1)
  expect(lines.at(-1)?.split(',')[0]).toBe('late@example.com')
})
