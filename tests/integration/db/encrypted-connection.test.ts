import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isUnavailable } from '@/app/web/unavailable'
import { createDatabase } from '@/db/client'
import { createConnection } from '@/db/connection'
import { isAboutContent } from '@/lib/content-fault'
import { storyDatabase } from '../../support/stories/database'
import { certificateFile, startTlsFront, type TlsFront } from '../../support/tls-front'

const story = storyDatabase()
let front: TlsFront

beforeAll(async () => {
  front = await startTlsFront(story.appUrl)
})
afterAll(() => front?.close())

async function ask(url: string): Promise<unknown> {
  const connection = createDatabase({ connectionString: url, max: 1, applicationName: 'encrypted' })
  try {
    return (await sql`select 1 as answer`.execute(connection)).rows
  } catch (error) {
    return error
  } finally {
    await connection.destroy()
  }
}

test.each([
  ['a certificate that we were given', `sslmode=verify-full&sslrootcert=${certificateFile}`],
  ['any certificate', 'sslmode=no-verify'],
])('a database is reached over an encrypted connection, with %s', async (_name, query) => {
  expect(await ask(front.url(query))).toEqual([{ answer: 1 }])
  const listener = createConnection({ connectionString: front.url(query), applicationName: 'encrypted' })
  await listener.connect()
  await listener.query('listen somebody')
  await listener.end()
})

test.each([
  ['whose certificate nobody vouches for', () => front.url('sslmode=verify-full')],
  ['that encrypts nothing', () => `${story.appUrl}?sslmode=verify-full`],
  ['that knows another password', () => withPassword(story.appUrl, 'stale')],
  ['that has no such database', () => new URL('/nowhere', story.appUrl).href],
])('a server %s is away: no job is at fault, and callers may try again', async (_name, url) => {
  const error = await ask(url())
  expect(error).toBeInstanceOf(Error)
  expect([isAboutContent(error), isUnavailable(error)]).toEqual([false, true])
})

function withPassword(url: string, password: string): string {
  const changed = new URL(url)
  changed.password = password
  return changed.href
}
