import { isAbsolute, join } from 'node:path'
import { loadConfig, modeOf, type Config, type Environment } from '@/lib/config'
import { root } from '../root'
import type { LocalSecrets } from './secrets'

/** The caller's environment without blank values, which count as unset. */
export function presentVariables(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  )
}

/** The folder for data and secrets of this installation: `DATA_DIR`, by default `.data` in the repository. */
export function dataDirOf(env: Environment): string {
  const folder = env.DATA_DIR ?? '.data'
  return isAbsolute(folder) ? folder : join(root, folder)
}

/** Whether the Stripe stand-in plays Stripe: only locally, and only without a key of the real one. */
export function usesStandIn(env: Environment): boolean {
  return modeOf(env) === 'local' && env.STRIPE_SECRET_KEY === undefined
}

/** Environment of web, worker and release, as far as the launcher decides it. */
export interface Decided {
  nodeEnv: 'production' | 'development'
  appUrl: string
  port: number
  standInUrl: string | undefined
  /** Undefined in production. */
  secrets: LocalSecrets | undefined
}

/** Adds to the caller's environment what it left open. The schema's owner is for the release step alone. */
export function processEnvironment(env: Environment, decided: Decided): NodeJS.ProcessEnv {
  return {
    SESSION_SECRET: decided.secrets?.sessionSecret,
    ...(decided.standInUrl === undefined
      ? {}
      : {
          STRIPE_SECRET_KEY: 'sk_test_stand_in',
          STRIPE_API_BASE: decided.standInUrl,
          STRIPE_WEBHOOK_SECRET: decided.secrets?.stripeWebhookSecret,
        }),
    ...env,
    NODE_ENV: decided.nodeEnv,
    APP_MODE: modeOf(env),
    DATABASE_URL: decided.appUrl,
    DATABASE_MIGRATION_URL: undefined,
    PORT: String(decided.port),
  }
}

/**
 * Checks the caller's environment before anything is started, with sound values for what the launcher adds.
 *
 * @throws ConfigError
 */
export function checkEnvironment(env: Environment): Config {
  if (modeOf(env) === 'production') return loadConfig(env)
  const complete = processEnvironment(env, {
    nodeEnv: 'production',
    appUrl: env.DATABASE_URL ?? 'postgres://localhost/placeholder',
    port: 3000,
    standInUrl: usesStandIn(env) ? 'http://127.0.0.1:1' : undefined,
    secrets: { sessionSecret: 'x'.repeat(32), stripeWebhookSecret: 'whsec_placeholder' },
  })
  return loadConfig({
    ...complete,
    PORT: env.PORT,
    DATABASE_MIGRATION_URL: env.DATABASE_MIGRATION_URL,
  })
}
