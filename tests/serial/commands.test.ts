import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '@/bin/root'
import { roleNames } from '@/db/embedded-roles'
import { openLocalDatabase } from '@/bin/launch/local-database'

/** `npm run admin:create` and `npm run token:create` as a person or a script runs them, on a folder of their own. */

let home: string
let env: { DATA_DIR: string }

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), '6fb-commands-'))
  // Root's PostgreSQL is another user, who has to pass through.
  await chmod(home, 0o755)
  env = { DATA_DIR: join(home, 'data') }
})
afterAll(() => rm(home, { recursive: true, force: true }))

test('the first token makes its database, and is alone on the last line', async () => {
  const inThirtyDays = () => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  const before = inThirtyDays()
  const made = await command('token:create', ['--name', 'Marketing site', '--scope', 'read', '--days', '30'])
  expect(made).toMatchObject({ code: 0, errors: '' })
  expect(lastLine(made.output)).toMatch(/^sixfb_[A-Za-z0-9_-]{43}$/)
  const [, day] = /"Marketing site" may read until ([\d-]+)\./.exec(made.output) ?? []
  // Midnight may pass meanwhile.
  expect([before, inThirtyDays()]).toContain(day)
})

test('an account gets the password of stdin, or a random one that is shown once', async () => {
  const given = ['--email', 'Ann@example.com', '--role', 'owner', '--password-stdin']
  const ann = await command('admin:create', given, 'a barber in dallas\n')
  expect(ann).toMatchObject({ code: 0, errors: '' })
  expect(ann.output).toContain('ann@example.com can sign in as owner.')
  expect(ann.output).not.toContain('a barber in dallas')

  const bob = await command('admin:create', ['--email', 'bob@example.com', '--role', 'viewer'])
  expect(lastLine(bob.output)).toMatch(/^Password \(shown this once\): ([a-z2-9]{4}-){5}[a-z2-9]{4}$/)
})

test.each([
  ['admin:create', ['--email', 'ann@example.com', '--role', 'viewer'], 'an account with this email already'],
  ['admin:create', ['--email', 'ann', '--role', 'viewer'], 'no email address'],
  ['admin:create', ['--email', 'c@example.com', '--role', 'king'], 'Usage: npm run admin:create'],
  ['token:create', ['--name', 'Site', '--scope', 'all'], 'Usage: npm run token:create'],
  ['token:create', ['--name', 'Site', '--scope', 'own', '--days', '0'], '--days: a whole number'],
  ['token:create', ['--name', 'Site', '--scope', 'own', '--wrong'], "Unknown option '--wrong'"],
])('%s %j says what is wrong and ends with 1', async (name, args, message) => {
  const refused = await command(name, args)
  expect(refused.code).toBe(1)
  expect(refused.errors).toContain(message)
  expect(refused.errors.trim().split('\n')).toHaveLength(1)
  expect(refused.output).not.toContain('sixfb_')
})

test('two at once wait for each other, and all of it is in the log', async () => {
  const args = (name: string) => ['--name', name, '--scope', 'operate']
  const both = await Promise.all(['One', 'Two'].map((name) => command('token:create', args(name))))
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(await applied()).toEqual([
    { actor_label: 'npm run token:create', action: 'token.create', target: 'Marketing site' },
    { actor_label: 'npm run admin:create', action: 'account.create', target: 'ann@example.com' },
    { actor_label: 'npm run admin:create', action: 'account.create', target: 'bob@example.com' },
    ...['One', 'Two'].map((target) => ({
      actor_label: 'npm run token:create',
      action: 'token.create',
      target,
    })),
  ])
})

test.each([
  ['local', {}, ['secrets.json']],
  [
    'production',
    {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://tickets.example.com',
      SESSION_SECRET: 'a session secret that is long enough',
      STRIPE_SECRET_KEY: 'sk_live_tests',
      STRIPE_WEBHOOK_SECRET: 'whsec_tests',
    },
    // Its environment has all secrets, so that a host without a disk of its own can run them.
    undefined,
  ],
])('with DATABASE_URL they need no npm start before (%s)', async (mode, variables, written) => {
  const database = await openLocalDatabase(env)
  try {
    const DATA_DIR = join(home, mode, 'data')
    const host = { ...variables, ...database.ownerVariables, DATABASE_URL: database.appUrl, DATA_DIR }
    const migrated = await command('db:migrate', [], '', host)
    expect(migrated).toMatchObject({ code: 0, errors: '' })
    const token = await command('token:create', ['--name', mode, '--scope', 'read'], '', host)
    expect(token).toMatchObject({ code: 0, errors: '' })
    const email = `${mode}@example.com`
    const owner = await command('admin:create', ['--email', email, '--role', 'owner'], '', host)
    expect(owner).toMatchObject({ code: 0, errors: '' })
    expect(owner.output).toContain(`${email} can sign in as owner.`)
    expect(await readdir(DATA_DIR).catch(() => undefined)).toEqual(written)
  } finally {
    await database.stop()
  }
})

test.each(['nobody listens', 'the password is wrong', 'the role may not change the schema'])(
  'db:migrate says it in one sentence where %s',
  async (what) => {
    const empty = { DATA_DIR: join(home, 'empty') }
    const database = await openLocalDatabase(empty)
    try {
      const url = new URL(database.appUrl)
      if (what === 'nobody listens') url.port = '1'
      if (what === 'the password is wrong') url.password = 'wrong'
      const refused = await command('db:migrate', [], '', { ...empty, DATABASE_URL: url.href })
      expect(refused.code).toBe(1)
      expect(refused.errors.trim().split('\n')).toHaveLength(1)
      expect(refused.output + refused.errors).not.toMatch(/\s+at .*:\d+:\d+/)
    } finally {
      await database.stop()
    }
  },
)

async function command(name: string, args: string[], input = '', variables: Record<string, string> = env) {
  const child = spawn('npm', ['run', '--silent', name, '--', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables } as unknown as NodeJS.ProcessEnv,
  })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdin.on('error', () => undefined).end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output, errors }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}

async function applied(): Promise<unknown[]> {
  const database = await openLocalDatabase(env)
  const client = new pg.Client({ connectionString: database.appUrl })
  await client.connect()
  expect(client.user).toBe(roleNames.app)
  const { rows } = await client.query<Record<string, string>>(
    `select actor_label, action, target from admin_audit where outcome = 'applied'
     order by case when target in ('One', 'Two') then 1 else 0 end, case when target in ('One', 'Two') then target end, id`,
  )
  await client.end()
  await database.stop()
  return rows
}
