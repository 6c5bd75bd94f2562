import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '@/bin/root'
import { ConfigError, loadConfig, modeOf, type Environment } from '@/lib/config'
import { variableNames } from '@/lib/config/load'

/** The least that a local process needs. */
const local: Environment = {
  DATABASE_URL: 'postgres://app:pw@127.0.0.1:5432/sixfb',
  SESSION_SECRET: 'a session secret that is long enough',
  STRIPE_SECRET_KEY: 'sk_test_123',
  STRIPE_WEBHOOK_SECRET: 'whsec_one',
}

const production: Environment = {
  ...local,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://tickets.example.com',
}

const twilio = { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: '+12145550100' }

describe('mode', () => {
  test.each([
    [{}, 'local'],
    [{ NODE_ENV: 'development' }, 'local'],
    [{ NODE_ENV: 'production' }, 'production'],
    [{ NODE_ENV: 'production', APP_MODE: '' }, 'production'],
    [{ NODE_ENV: 'production', APP_MODE: 'local' }, 'local'],
    [{ APP_MODE: 'production' }, 'production'],
  ] as const)('%j is %s', (environment, mode) => {
    expect(modeOf(environment)).toBe(mode)
  })

  test('another mode is refused', () => {
    expect(problem({ ...local, APP_MODE: 'staging' })).toContain('APP_MODE must be local or production')
  })
})

test('the least environment gets sound defaults', () => {
  expect(loadConfig(local)).toMatchObject({
    mode: 'local',
    port: 3000,
    publicUrl: 'http://localhost:3000',
    trustProxy: false,
    holdLimits: { perEmail: 10, perAddress: undefined },
    logLevel: 'info',
    twilio: undefined,
    slack: undefined,
    mail: undefined,
    alertRecipients: { phones: [], emails: [] },
  })
})

test('blank is unset', () => {
  const blank = { PORT: '', LOG_LEVEL: '  ', TWILIO_FROM: '', SMTP_URL: ' ', HOLD_LIMIT_PER_ADDRESS: '' }
  expect(loadConfig({ ...local, ...blank })).toEqual(loadConfig(local))
  expect(problem({ ...local, SESSION_SECRET: '   ' })).toContain('SESSION_SECRET is missing')
})

describe('a missing secret stops the process, in each mode', () => {
  test.each(['DATABASE_URL', 'SESSION_SECRET', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'PUBLIC_URL'])(
    'production without %s',
    (name) => {
      expect(problem({ ...production, [name]: undefined })).toContain(`${name} is missing`)
    },
  )

  test('local with a Stripe key but no webhook secret', () => {
    expect(problem({ ...local, STRIPE_WEBHOOK_SECRET: undefined })).toContain(
      'STRIPE_WEBHOOK_SECRET is missing',
    )
    expect(problem({ ...local, STRIPE_WEBHOOK_SECRET: ' , ' })).toContain('STRIPE_WEBHOOK_SECRET must hold')
  })
})

describe('production refuses stand-ins and plain text', () => {
  test('another address for Stripe', () => {
    const address = { STRIPE_API_BASE: 'http://127.0.0.1:4242' }
    expect(loadConfig({ ...local, ...address }).stripe.apiBase).toBe('http://127.0.0.1:4242')
    expect(problem({ ...production, ...address })).toContain('STRIPE_API_BASE')
  })

  test('another address for Twilio, which would get its token', () => {
    const address = { ...twilio, TWILIO_API_BASE: 'http://127.0.0.1:4242' }
    expect(loadConfig({ ...local, ...address }).twilio?.apiBase).toBe('http://127.0.0.1:4242')
    expect(problem({ ...production, ...address })).toContain('TWILIO_API_BASE')
  })

  test('a public address without TLS, unless it never leaves the machine', () => {
    expect(problem({ ...production, PUBLIC_URL: 'http://tickets.example.com' })).toContain('PUBLIC_URL')
    expect(loadConfig({ ...production, PUBLIC_URL: 'http://localhost:3000/' }).publicUrl).toBe(
      'http://localhost:3000',
    )
  })
})

test.each([
  [undefined, 'http://localhost:3000'],
  ['0.0.0.0', 'http://localhost:3000'],
  ['192.168.1.5', 'http://192.168.1.5:3000'],
  ['::1', 'http://[::1]:3000'],
  ['tickets.lan', 'http://tickets.lan:3000'],
])('without PUBLIC_URL customers of a LISTEN_HOST of %s find it at %s', (LISTEN_HOST, publicUrl) => {
  expect(loadConfig({ ...local, LISTEN_HOST }).publicUrl).toBe(publicUrl)
})

describe('integrations are complete or absent', () => {
  test('Twilio', () => {
    expect(loadConfig({ ...local, ...twilio }).twilio).toEqual({
      accountSid: 'AC1',
      authToken: 'token',
      from: '+12145550100',
    })
    for (const name of Object.keys(twilio)) {
      expect(problem({ ...local, ...twilio, [name]: undefined })).toContain(`${name} is missing`)
    }
  })

  // https://www.twilio.com/docs/errors/21603
  test.each([
    '+12145550100',
    '12145550100',
    '(214) 555-0100',
    '214.555.0100',
    '24365',
    '6FB Tickets',
    'A+B-C_D & E',
    `MG${'0a'.repeat(16)}`,
    'rcs:sixfb_agent',
  ])('Twilio sends from %s', (from) => {
    expect(loadConfig({ ...local, ...twilio, TWILIO_FROM: from }).twilio?.from).toBe(from)
  })

  test.each(['+1 214 555 0100', '+1 (214) 555-0100', '(+1) 214.555.0100'])(
    'Twilio gets the number %s as it writes it itself',
    (from) => {
      expect(loadConfig({ ...local, ...twilio, TWILIO_FROM: from }).twilio?.from).toBe('+12145550100')
    },
  )

  test.each(['not a number', '12', '123-456', '+0 214 555 0100', '1234567890123456', '6FB.'])(
    'Twilio would refuse to send from %s',
    (from) => {
      expect(problem({ ...local, ...twilio, TWILIO_FROM: from })).toContain('TWILIO_FROM must be')
    },
  )

  test.each([
    'tickets@localhost',
    '"6FB @ Dallas" <tickets@example.com>',
    '<ü@exämple.com>',
    'tickets@example.com (6FB)',
    '6FB tickets@example.com',
  ])('mail is sent from %s', (from) => {
    const smtp = { ...local, SMTP_URL: 'smtp://127.0.0.1:2525' }
    expect(loadConfig({ ...smtp, MAIL_FROM: from }).mail?.from).toBe(from)
  })

  test.each(['@', 'tickets@', '@example.com', '6FB <@>', '6FB', '(a@b.com)', 'a@b.com,c@d.com'])(
    'mail cannot be sent from %s',
    (from) => {
      const smtp = { ...local, SMTP_URL: 'smtp://127.0.0.1:2525' }
      expect(problem({ ...smtp, MAIL_FROM: from })).toContain('MAIL_FROM must hold an email address')
    },
  )

  test('mail: the sender is MAIL_FROM, else the admin', () => {
    const smtp = { ...local, SMTP_URL: 'smtp://127.0.0.1:2525' }
    expect(loadConfig({ ...smtp, MAIL_FROM: '6FB <tickets@example.com>' }).mail?.from).toBe(
      '6FB <tickets@example.com>',
    )
    expect(loadConfig({ ...smtp, ADMIN_EMAIL: 'a@example.com, b@example.com' }).mail?.from).toBe(
      'a@example.com',
    )
    expect(problem(smtp)).toContain('MAIL_FROM is missing')
    expect(problem({ ...local, MAIL_FROM: 'tickets@example.com' })).toContain('SMTP_URL is missing')
  })
})

describe('lists', () => {
  test('webhook secrets keep their order, the first being current', () => {
    const { stripe } = loadConfig({ ...local, STRIPE_WEBHOOK_SECRET: 'whsec_new, whsec_old' })
    expect(stripe.webhookSecrets).toEqual(['whsec_new', 'whsec_old'])
  })

  test.each(['TEAM_ALERT_PHONE', 'ADMIN_EMAIL', 'CORS_ORIGINS', 'RATE_LIMITS', 'TRUST_PROXY'])(
    '%s that is set to nothing is refused: it would switch something off without a word',
    (name) => {
      expect(loadConfig({ ...local, [name]: ' ' })).toEqual(loadConfig(local))
      expect(problem({ ...local, [name]: ',' })).toContain(`${name} must `)
      expect(problem({ ...local, [name]: ' , ,' })).toContain(`${name} must `)
    },
  )

  test('alert recipients', () => {
    const { alertRecipients } = loadConfig({
      ...local,
      TEAM_ALERT_PHONE: '+12145550100,+12145550101',
      ADMIN_EMAIL: 'a@example.com,b@example.com',
    })
    expect(alertRecipients).toEqual({
      phones: ['+12145550100', '+12145550101'],
      emails: ['a@example.com', 'b@example.com'],
    })
  })

  test('an address that no delivery could be stored for is refused', () => {
    const addressOf = (length: number) => `a@${'x.'.repeat((length - 5) / 2)}com`
    expect(loadConfig({ ...local, ADMIN_EMAIL: addressOf(255) }).alertRecipients.emails[0]).toHaveLength(255)
    expect(problem({ ...local, ADMIN_EMAIL: addressOf(257) })).toContain(
      'ADMIN_EMAIL must hold email addresses of at most 255 characters, comma separated',
    )
  })
})

test('customers are shown an address to write to where one is set', () => {
  expect(loadConfig(local).supportEmail).toBeUndefined()
  expect(loadConfig({ ...local, SUPPORT_EMAIL: ' ' }).supportEmail).toBeUndefined()
  expect(loadConfig({ ...local, SUPPORT_EMAIL: 'help@example.com' }).supportEmail).toBe('help@example.com')
})

test('everything that is wrong is told at once', () => {
  const message = problem({
    NODE_ENV: 'production',
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    LOG_LEVEL: 'loud',
  })
  for (const name of ['DATABASE_URL', 'SESSION_SECRET', 'PUBLIC_URL', 'STRIPE_API_BASE', 'LOG_LEVEL']) {
    expect(message).toContain(name)
  }
})

test.each([
  ['sk_live_1', true],
  ['rk_live_1', true],
  ['sk_test_1', false],
])('%s is live: %s', (key, livemode) => {
  expect(loadConfig({ ...local, STRIPE_SECRET_KEY: key }).stripe.livemode).toBe(livemode)
})

test.each([
  ['none', false],
  ['1', 1],
  ['loopback, 10.0.0.0/8, ::1', ['loopback', '10.0.0.0/8', '::1']],
])('TRUST_PROXY=%s', (value, expected) => {
  expect(loadConfig({ ...local, TRUST_PROXY: value }).trustProxy).toEqual(expected)
})

test.each([
  ['https://tickets.example.com', 'https://tickets.example.com'],
  ['https://tickets.example.com/', 'https://tickets.example.com'],
  ['https://Tickets.Example.com:443', 'https://tickets.example.com'],
  ['http://192.168.1.5:3000', 'http://192.168.1.5:3000'],
])('PUBLIC_URL=%s is the origin %s', (value, expected) => {
  expect(loadConfig({ ...local, PUBLIC_URL: value }).publicUrl).toBe(expected)
})

test('rate limits by name', () => {
  expect(loadConfig({ ...local, RATE_LIMITS: 'checkout=30/60, read=off' }).rateLimits).toEqual(
    new Map([
      ['checkout', { points: 30, seconds: 60 }],
      ['read', undefined],
    ]),
  )
})

test('the owner of the schema is the application role unless one is named', () => {
  expect(loadConfig(local).database).toMatchObject({ migrationUrl: local.DATABASE_URL, hasOwnOwner: false })
  const migrationUrl = 'postgres://owner:pw@127.0.0.1:5432/sixfb'
  expect(loadConfig({ ...local, DATABASE_MIGRATION_URL: migrationUrl }).database).toMatchObject({
    migrationUrl,
    hasOwnOwner: true,
  })
})

test.each([
  ['DATABASE_POOL_SIZE', 'a whole number of connections from 1 to 999999'],
  ['HOLD_LIMIT_PER_EMAIL', 'a whole number of seats from 1 to 999999'],
  ['HOLD_LIMIT_PER_ADDRESS', 'off or a whole number of seats from 1 to 999999'],
])('%s is %s, and says so', (name, words) => {
  for (const value of ['0', '1000000', '1.5'])
    expect(problem({ ...local, [name]: value })).toContain(`${name} must be ${words}`)
  expect(loadConfig({ ...local, [name]: '999999' })).toBeDefined()
})

describe('a wrong value is named and never shown', () => {
  test.each([
    ['DATABASE_URL', 'mysql://hunter2'],
    ['DATABASE_MIGRATION_URL', 'hunter2'],
    ['REDIS_URL', 'http://hunter2'],
    ['STRIPE_SECRET_KEY', 'hunter2'],
    ['STRIPE_API_BASE', 'ftp://hunter2'],
    ['TEAM_ALERT_PHONE', 'hunter2'],
    ['TWILIO_ACCOUNT_SID', 'hunter2'],
    ['SLACK_INVENTORY_WEBHOOK', 'hunter2'],
    ['ADMIN_EMAIL', 'hunter2'],
    ['SUPPORT_EMAIL', 'hunter2'],
    ['SUPPORT_EMAIL', '6FB <hunter2@example.com>'],
    ['SMTP_URL', 'http://hunter2'],
    ['MAIL_FROM', 'hunter2'],
    ['SESSION_SECRET', 'hunter2'],
    ['PUBLIC_URL', 'hunter2'],
    ['PUBLIC_URL', 'ftp://tickets.example.com'],
    ['PUBLIC_URL', 'https://tickets.example.com/hunter2'],
    ['PUBLIC_URL', 'https://tickets.example.com/?hunter2'],
    ['PUBLIC_URL', 'https://tickets.example.com#hunter2'],
    ['PUBLIC_URL', 'https://user:hunter2@tickets.example.com'],
    ['PORT', 'hunter2'],
    ['PORT', '65536'],
    ['LISTEN_HOST', 'hunter2 hunter2'],
    // Digits alone are an address, and this is none.
    ['LISTEN_HOST', 'hunter2.999'],
    ['TRUST_PROXY', 'hunter2'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['HOLD_LIMIT_PER_EMAIL', '0'],
    ['HOLD_LIMIT_PER_ADDRESS', 'hunter2'],
    ['DATABASE_POOL_SIZE', 'hunter2'],
    ['RATE_LIMITS', 'checkout=hunter2'],
    ['LOG_LEVEL', 'hunter2'],
  ])('%s=%s', (name, value) => {
    const message = problem({ ...local, [name]: value })
    expect(message).toContain(name)
    expect(message).not.toContain('hunter2')
    expect(message).not.toContain('\n')
  })
})

test('the README tells of every variable', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const untold = variableNames.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))
  expect(untold).toEqual([])
})

function problem(environment: Environment): string {
  try {
    loadConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('The environment was accepted')
}
