/** Complete and harmless: what code under test, and the processes that tests start, find in their environment. */
export const testEnvironment = {
  APP_MODE: 'local',
  SESSION_SECRET: 'a session secret for tests, long enough',
  STRIPE_SECRET_KEY: 'sk_test_tests',
  STRIPE_WEBHOOK_SECRET: 'whsec_tests',
  // A test file sends more from one address than a crowd does; those about limits set their own.
  RATE_LIMITS: 'read=off,validation=off,checkout=off,sign-in=off,token=off',
  LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
} as const
