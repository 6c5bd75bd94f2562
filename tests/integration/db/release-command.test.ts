import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { root } from '@/bin/root'
import { createTestDatabase } from '@/tests/support/database'
import { testEnvironment } from '@/tests/support/test-environment'
import { certificateFile, startTlsFront } from '@/tests/support/tls-front'

/** The Procfile's `release`, as a host runs it. */

const database = await createTestDatabase()
afterAll(() => database.drop())

async function runRelease(
  urls: { DATABASE_URL: string; DATABASE_MIGRATION_URL?: string },
  preload: readonly string[] = [],
) {
  const imports = ['tsx', ...preload].map((module) => `--import=${module}`)
  const child = spawn(process.execPath, [...imports, join('bin', 'release.ts')], {
    cwd: root,
    env: { NODE_ENV: 'test', PATH: process.env.PATH, ...testEnvironment, LOG_LEVEL: 'info', ...urls },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await exited) as [number | null]
  return { code, output, errors }
}

/** A module that makes this Node.js as old as one that has no argon2, and so refuses whoever imports it by name. */
const olderNode = asUrl(`
  import { registerHooks } from 'node:module'
  import * as crypto from 'node:crypto'
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })
  const names = Object.keys(crypto).filter((name) => !/^(default|argon2)/.test(name))
  const url = 'data:text/javascript,' + encodeURIComponent(
    'import crypto from "crypto"; export default crypto; export const {' + names + '} = crypto')
  registerHooks({
    resolve: (wanted, context, next) =>
      wanted === 'node:crypto' ? { url, format: 'module', shortCircuit: true } : next(wanted, context),
  })`)

function asUrl(module: string): string {
  return `data:text/javascript,${encodeURIComponent(module)}`
}

const { ownerUrl, appUrl } = database

test.each([
  ['the role that web and worker use, and says so', { DATABASE_URL: ownerUrl }, true],
  ['the owner that is named', { DATABASE_URL: appUrl, DATABASE_MIGRATION_URL: ownerUrl }, false],
])('it migrates as %s', async (_, urls, isTold) => {
  const { code, output, errors } = await runRelease(urls)
  expect([code, errors]).toEqual([0, ''])
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

test('it says in a line that it does not trust the certificate of the database, or that there is none', async () => {
  const front = await startTlsFront(ownerUrl)
  const strange = await runRelease({ DATABASE_URL: front.url('sslmode=verify-full') })
  const trusted = await runRelease({
    DATABASE_URL: front.url(`sslmode=verify-full&sslrootcert=${certificateFile}`),
  })
  await front.close()
  const plain = await runRelease({ DATABASE_URL: `${ownerUrl}?sslmode=verify-full` })
  expect(strange.output).toMatch(
    /"msg":"The database's certificate is not trusted[^"]*: self-signed certificate[^"]*"}\n$/,
  )
  expect(plain.output).toMatch(
    /"msg":"The database cannot be reached: The server does not support SSL connections"}\n$/,
  )
  expect([strange.code, plain.code, trusted.code]).toEqual([1, 1, 0])
})

test('it says in a line that its Node.js is too old, whatever that lacks', async () => {
  const { code, output, errors } = await runRelease({ DATABASE_URL: ownerUrl }, [olderNode])
  expect(errors).toBe('Node.js 24 or later is needed, and this is 20.20.2: start it as the Procfile does.\n')
  expect([code, output]).toEqual([78, ''])
})
