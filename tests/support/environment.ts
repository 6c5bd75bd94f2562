import { testEnvironment } from './test-environment'

/**
 * The environment that code under test finds: complete, harmless, and the same on every machine. Whatever the
 * developer's shell holds, no test reaches a real Stripe account, mail server or database.
 */
const given = Object.keys(process.env).filter((name) =>
  /^(APP_MODE|DATABASE_|REDIS_|STRIPE_|TWILIO_|TEAM_ALERT_|SLACK_|ADMIN_|SUPPORT_|SMTP_|MAIL_|SESSION_|PUBLIC_|PORT$|LISTEN_|TRUST_|HOLD_|RATE_|CORS_|EVENT_|OPERATOR_)/.test(
    name,
  ),
)
for (const name of given) delete process.env[name]

Object.assign(process.env, testEnvironment)
