import { expect, test } from 'vitest'
import { configuredTargets, isTold, planDeliveries, slackTarget } from '@/lib/alerts/plan'
import { loadConfig } from '@/lib/config'

const targets = { slack: [slackTarget], email: ['a@example.com', 'b@example.com', 'a@example.com'], sms: [] }

test('one delivery for each channel and target, and one skipped for a channel without targets', () => {
  expect(planDeliveries(['slack', 'email', 'sms'], targets)).toEqual([
    { channel: 'slack', target: 'webhook', state: 'pending' },
    { channel: 'email', target: 'a@example.com', state: 'pending' },
    { channel: 'email', target: 'b@example.com', state: 'pending' },
    { channel: 'sms', target: '', state: 'skipped' },
  ])
})

test('a channel named twice is delivered once', () => {
  expect(planDeliveries(['slack', 'slack'], targets)).toHaveLength(1)
})

test('who is on the list is told, in whatever capitals the address was written', () => {
  expect(isTold({ channel: 'email', target: 'B@Example.com' }, targets)).toBe(true)
  expect(isTold({ channel: 'email', target: 'c@example.com' }, targets)).toBe(false)
  expect(isTold({ channel: 'slack', target: 'a@example.com' }, targets)).toBe(false)
  expect(isTold({ channel: 'slack', target: slackTarget }, targets)).toBe(true)
})

const environment = {
  DATABASE_URL: 'postgres://app@localhost/db',
  STRIPE_SECRET_KEY: 'sk_test_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  SESSION_SECRET: 's'.repeat(32),
  ADMIN_EMAIL: 'a@example.com, b@example.com',
  TEAM_ALERT_PHONE: '+12145550100,+12145550101',
}

test('recipients without the service that reaches them are not targets', () => {
  expect(configuredTargets(loadConfig(environment))).toEqual({ slack: [], email: [], sms: [] })
})

test('the secret address of the Slack webhook is no target', () => {
  const settings = loadConfig({
    ...environment,
    SLACK_INVENTORY_WEBHOOK: 'https://hooks.slack.com/services/T0/B0/secret',
    SMTP_URL: 'smtp://localhost',
    MAIL_FROM: 'alerts@example.com',
    TWILIO_ACCOUNT_SID: 'AC0',
    TWILIO_AUTH_TOKEN: 'token',
    TWILIO_FROM: '+12145550199',
  })
  expect(configuredTargets(settings)).toEqual({
    slack: ['webhook'],
    email: ['a@example.com', 'b@example.com'],
    sms: ['+12145550100', '+12145550101'],
  })
})
