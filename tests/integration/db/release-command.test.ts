import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { root } from '@/bin/root'
import { createTestDatabase } from '@/tests/support/database'
import { testEnvironment } from '@/tests/support/test-environment'

/** The Procfile's `release`, as a host runs it. */

const database = await createTestDatabase()
afterAll(() => database.drop())

async function runRelease(urls: { DATABASE_URL: string; DATABASE_MIGRATION_URL?: string }) {
  const child = spawn(process.execPath, ['--import', 'tsx', join('bin', 'release.ts')], {
    cwd: root,
    env: { NODE_ENV: 'test', PATH: process.env.PATH, ...testEnvironment, LOG_LEVEL: 'info', ...urls },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const output = await text(child.stdout)
  const [code] = (await exited) as [number | null]
  return { code, output }
}

const { ownerUrl, appUrl } = database

test.each([
  ['the role that web and worker use, and says so', { DATABASE_URL: ownerUrl }, true],
  ['the owner that is named', { DATABASE_URL: appUrl, DATABASE_MIGRATION_URL: ownerUrl }, false],
])('it migrates as %s', async (_, urls, isTold) => {
  const { code, output } = await runRelease(urls)
  expect(code).toBe(0)
  expect(output).toContain('release complete')
  expect(output.includes('DATABASE_MIGRATION_URL is not set')).toBe(isTold)
})

test('it says in a line that the database takes no writes, as a standby', async () => {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  const setting = `alter database ${new URL(ownerUrl).pathname.slice(1)} set default_transaction_read_only`
  await owner.query(`${setting} = on`)
  const { code, output } = await runRelease({ DATABASE_URL: appUrl, DATABASE_MIGRATION_URL: ownerUrl })
  await owner.query('set default_transaction_read_only = off')
  await owner.query(`${setting} = off`)
  await owner.end()
  expect(code).toBe(1)
  expect(output).toMatch(/"msg":"The database takes no writes[^"]*: cannot execute [^"]*"}\n$/)
  expect(output).not.toContain('stack')
})
