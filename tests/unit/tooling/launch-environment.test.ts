import { expect, test } from 'vitest'
import { checkEnvironment, presentVariables, processEnvironment, usesStandIn } from '@/bin/launch/environment'
import { loadConfig } from '@/lib/config'

const decided = {
  nodeEnv: 'production',
  appUrl: 'postgres://sixfb_app:pw@127.0.0.1:5433/sixfb',
  port: 3000,
  standInUrl: 'http://127.0.0.1:4242',
  secrets: { sessionSecret: 's'.repeat(43), stripeWebhookSecret: 'whsec_made_up' },
} as const

test('an empty environment becomes a complete local one, with the stand-in as Stripe', () => {
  expect(loadConfig(processEnvironment({}, decided))).toMatchObject({
    mode: 'local',
    sessionSecret: decided.secrets.sessionSecret,
    stripe: { apiBase: 'http://127.0.0.1:4242', webhookSecrets: ['whsec_made_up'], livemode: false },
  })
})

test('what the caller sets wins, the webhook secrets also while the stand-in plays Stripe', () => {
  const caller = { STRIPE_WEBHOOK_SECRET: 'whsec_new,whsec_old', SESSION_SECRET: 'c'.repeat(40) }
  expect(loadConfig(processEnvironment(caller, decided))).toMatchObject({
    sessionSecret: caller.SESSION_SECRET,
    stripe: { webhookSecrets: ['whsec_new', 'whsec_old'] },
  })
})

test('web and worker never learn the owner of the schema', () => {
  const env = processEnvironment({ DATABASE_MIGRATION_URL: 'postgres://owner:pw@127.0.0.1/sixfb' }, decided)
  expect(Object.values(env).join()).not.toContain('owner')
})

test('a real key, or production, means no stand-in', () => {
  expect(usesStandIn({})).toBe(true)
  expect(usesStandIn({ STRIPE_SECRET_KEY: 'sk_test_1' })).toBe(false)
  expect(usesStandIn({ NODE_ENV: 'production' })).toBe(false)
})

test('the check at the start finds what would stop the processes later', () => {
  expect(() => checkEnvironment({})).not.toThrow()
  expect(() => checkEnvironment({ STRIPE_SECRET_KEY: 'sk_test_1' })).toThrow('STRIPE_WEBHOOK_SECRET')
  expect(() => checkEnvironment({ PORT: 'eighty' })).toThrow('PORT')
  expect(() => checkEnvironment({ DATABASE_MIGRATION_URL: 'owner' })).toThrow('DATABASE_MIGRATION_URL')
  expect(() => checkEnvironment({ NODE_ENV: 'production' })).toThrow('DATABASE_URL')
})

test('blank variables are as good as absent', () => {
  expect(presentVariables({ PORT: '', STRIPE_SECRET_KEY: ' ', LOG_LEVEL: ' warn ' })).toEqual({
    LOG_LEVEL: 'warn',
  })
})
