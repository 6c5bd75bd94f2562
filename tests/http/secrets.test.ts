import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { root } from '@/bin/root'
import { anAccount } from '../support/accounts'
import { aBrowser } from '../support/plain-browser'
import { callersSuite } from '../support/callers-suite'
import { startWeb } from '../support/processes'

/** What must not get out: into scripts that browsers load, into the log, over a line that others can read. */

const { shop, callers } = callersSuite()

describe('the scripts that browsers load', () => {
  const secret = () => randomBytes(12).toString('hex')
  const environment = {
    DATABASE_URL: `postgres://${secret()}:${secret()}@${secret()}/x`,
    DATABASE_MIGRATION_URL: `postgres://${secret()}@${secret()}/x`,
    SESSION_SECRET: secret(),
    STRIPE_SECRET_KEY: `sk_test_${secret()}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${secret()}`,
    TWILIO_AUTH_TOKEN: secret(),
    SLACK_INVENTORY_WEBHOOK: `https://hooks.example/${secret()}`,
    SMTP_URL: `smtp://${secret()}:${secret()}@mail.example`,
    ADMIN_EMAIL: `${secret()}@example.com`,
    TEAM_ALERT_PHONE: '+12145550199',
  }
  const serverOnly = [
    ...Object.keys(environment),
    ...[
      'process.env',
      'node:crypto',
      'node:fs',
      'kysely',
      'pg-boss',
      'argon2',
      'nodemailer',
      'constructEvent',
      'ZodError',
    ],
    ...[
      'admin_accounts',
      'inventory_transactions',
      'rate_limits',
      'idempotency_keys',
      'for update',
      'app_now',
    ],
  ]

  it('hold no secret that was there when they were built, and name nothing of the server', async () => {
    const folder = await mkdtemp(join(tmpdir(), '6fb-build-'))
    try {
      const parts = [
        'app',
        'lib',
        'db',
        'public',
        'remix.config.js',
        'vite.config.ts',
        'tsconfig.json',
        'package.json',
      ]
      await Promise.all(parts.map((part) => cp(join(root, part), join(folder, part), { recursive: true })))
      await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
      const cli = join(root, 'node_modules', '@remix-run', 'dev', 'dist', 'cli.js')
      await promisify(execFile)(process.execPath, [cli, 'vite:build', '--logLevel', 'warn'], {
        cwd: folder,
        env: { ...process.env, ...environment, NODE_ENV: 'production' },
      })
      const files = await scripts(join(folder, 'build', 'client'))
      expect(files.length).toBeGreaterThan(20)
      const values = Object.values(environment).flatMap(
        (value) => value.match(/[0-9a-f]{24}|\+\d{11}/g) ?? [],
      )
      const told = files.flatMap(({ name, text }) =>
        [...values, ...serverOnly].flatMap((word) => (text.includes(word) ? [`${word} in ${name}`] : [])),
      )
      expect(told).toEqual([])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('are small, but for the one of React and Remix', async () => {
    const files = await scripts(join(root, 'build', 'client'))
    const large = files.flatMap(({ name, text }) => (text.length > 50_000 ? [name] : []))
    expect(large).toEqual([expect.stringMatching(/^assets.framework-/)])
  })

  it('come without source maps', async () => {
    const files = await readdir(join(root, 'build', 'client'), { recursive: true })
    expect(files.filter((name) => name.endsWith('.map'))).toEqual([])
  })
})

describe('in production', () => {
  it('cookies travel encrypted only, and browsers are told to stay encrypted', async () => {
    const web = await startWeb({
      DATABASE_URL: shop.database.appUrl,
      APP_MODE: 'production',
      PUBLIC_URL: 'http://localhost:1',
    })
    const page = await fetch(`${web.origin}/cities/dallas-jan-2026`)
    expect(page.headers.get('set-cookie')).toMatch(
      /^__Host-visitor=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    for (const path of ['/', '/api/inventory', '/none', '/assets/none', '/api/docs']) {
      const { headers } = await fetch(web.origin + path)
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
    }
    const { email, password } = await anAccount('viewer')
    const entered = await aBrowser(web.origin).post('/sign-in', { email, password })
    expect(entered.headers.get('set-cookie')).toMatch(
      /^__Host-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Expires=/,
    )
    // A cookie of the other name, which another site on the host's domain could plant, counts for nothing.
    const planted = await fetch(`${web.origin}/admin`, {
      headers: await callers.session('owner'),
      redirect: 'manual',
    })
    expect(planted.status).toBe(302)
    await web.stop()
  })
})

it('the log tells what happened by request ids, and nothing of who, with what, or what was sent', async () => {
  const web = await startWeb({
    DATABASE_URL: shop.database.appUrl,
    STRIPE_API_BASE: shop.standIn.url,
    STRIPE_WEBHOOK_SECRET: 'whsec_shop',
    LOG_LEVEL: 'debug',
    RATE_LIMITS: 'read=off,validation=off,checkout=off,sign-in=off,token=off',
  })
  const token = await callers.token('operate')
  const { email, password } = await anAccount('viewer')
  const json = { 'content-type': 'application/json' }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(web.origin + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })
  const held = await post('/api/checkout-sessions', {
    cityId: 'dallas-jan-2026',
    tier: 'ga',
    quantity: 1,
    email: 'buyer.of.tests@example.com',
  })
  const { data } = (await held.json()) as { data: { holdToken: string } }
  await post(
    '/api/inventory',
    { cityId: 'dallas-jan-2026', tier: 'ga', additionalSpots: 7, authorizedBy: 'Dana Secret' },
    token,
  )
  await post(
    '/api/inventory',
    { cityId: 'dallas-jan-2026', authorizedBy: 'Dana Secret' },
    { authorization: 'Bearer sixfb_wrong' },
  )
  await aBrowser(web.origin).post('/sign-in', { email, password })
  const { body, header } = await shop.standIn.control.buildEvent('customer.created', {
    name: 'Payload Person',
  })
  await fetch(`${web.origin}/api/webhooks/stripe`, {
    method: 'POST',
    body,
    headers: { 'stripe-signature': header },
  })
  await fetch(`${web.origin}/checkout/success?session_id=cs_secret_session`)
  await web.stop()

  const requests = web.logLines().filter(({ msg }) => msg === 'request')
  expect(requests.length).toBeGreaterThanOrEqual(6)
  for (const line of requests) expect(line.requestId).toMatch(/^[0-9a-f-]{36}$/)
  const said = web.output()
  const secrets = [
    'buyer.of.tests',
    email,
    password,
    data.holdToken,
    token.authorization ?? 'none',
    'sixfb_',
    'Dana Secret',
  ]
  for (const word of [...secrets, 'Payload Person', 'cs_secret_session', 'whsec_shop', header]) {
    expect(said).not.toContain(word)
  }
})

async function scripts(folder: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    /\.(js|css|html|json)$/.test(name),
  )
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })))
}
