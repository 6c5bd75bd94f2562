import { isIP, isIPv6 } from 'node:net'
import { z } from 'zod'
import { combinationProblems } from './combinations'
import {
  addressList,
  atLeastOne,
  httpUrl,
  list,
  mailSender,
  oneAddress,
  optionalLimit,
  originList,
  phoneList,
  port,
  postgresUrl,
  publicOrigin,
  type RateLimitName,
  rateLimits,
  smtpUrl,
  trustedProxies,
  twilioSender,
  wholeNumber,
} from './formats'

/** One named budget: at most `points` requests within `seconds`. */
export interface RateLimit {
  points: number
  seconds: number
}

/** Everything a process reads from its environment, parsed and complete. */
export interface Config {
  /** `production`: real parts only, Secure cookies, HSTS. `local`: one machine, stand-ins allowed. */
  mode: 'local' | 'production'
  database: {
    /** Role that owns nothing; web and worker connect with it. */
    url: string
    /** Role that owns the schema; only the release step connects with it. */
    migrationUrl: string
    /** False when no owner was configured, so that both URLs are the same role. */
    hasOwnOwner: boolean
    /** Connections that one process keeps at most. */
    poolSize: number
  }
  redisUrl: string | undefined
  stripe: {
    secretKey: string
    /** Any of these may have signed a webhook; the first is the current one. */
    webhookSecrets: readonly [string, ...string[]]
    /** True for a live key: events of the other mode are not ours. */
    livemode: boolean
    /** Where the Stripe stand-in listens; refused in production. */
    apiBase: string | undefined
  }
  /** Text messages; undefined when Twilio is not configured. */
  twilio: { accountSid: string; authToken: string; from: string; apiBase: string | undefined } | undefined
  slack: { webhookUrl: string } | undefined
  mail: { smtpUrl: string; from: string } | undefined
  /** Who gets alerts unless an admin says otherwise. */
  alertRecipients: { phones: readonly string[]; emails: readonly string[] }
  /** Where customers may write to; undefined shows them no address. */
  supportEmail: string | undefined
  sessionSecret: string
  /** The origin customers use, without a trailing slash. */
  publicUrl: string
  /** TCP port of the web process; 0 lets the system choose. */
  port: number
  /** Address the web process listens on; undefined is every address of the machine. */
  listenHost: string | undefined
  /** For Express's `trust proxy`: false, a number of hops, or addresses and subnets. */
  trustProxy: false | number | string[]
  /** Seats in live holds; undefined is no limit. */
  holdLimits: { perEmail: number; perAddress: number | undefined }
  /** Changes to the built-in rate limits by name; undefined switches that limit off. */
  rateLimits: ReadonlyMap<RateLimitName, RateLimit | undefined>
  /** Other sites whose pages may read the public endpoints. */
  corsOrigins: readonly string[]
  /** Event streams that one address may hold open in one process. */
  streamsPerAddress: number
  /** Port on the loopback address for figures without a token; undefined is none. */
  operatorPort: number | undefined
  logLevel: (typeof logLevels)[number]
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment is wrong. The message is one readable line that names the variables and never shows a value. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Parses an environment. Blank counts as unset; integrations are complete or absent.
 * Pure: reads nothing but its argument.
 *
 * @throws ConfigError when a value is wrong, or missing.
 */
export function loadConfig(environment: Environment): Config {
  const present: Record<string, string | undefined> = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  )
  const parsed = variables.safeParse(present)
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...combinationProblems(present, modeOf(present)),
  ]
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(`Configuration: ${[...new Set(problems)].join('; ')}.`)
  }
  return toConfig(parsed.data)
}

/** The mode an environment asks for. `NODE_ENV=production` without `APP_MODE` means production. */
export function modeOf(environment: {
  APP_MODE?: string | undefined
  NODE_ENV?: string | undefined
}): Config['mode'] {
  const mode = environment.APP_MODE?.trim()
  if (mode === 'production' || mode === 'local') return mode
  return environment.NODE_ENV?.trim() === 'production' ? 'production' : 'local'
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const variables = z.object({
  APP_MODE: z.enum(['local', 'production'], { error: 'must be local or production' }).optional(),
  NODE_ENV: z.string().optional(),
  DATABASE_URL: postgresUrl,
  DATABASE_MIGRATION_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: wholeNumber('connections').default(10),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// address' }).optional(),
  STRIPE_SECRET_KEY: z.string('is missing').regex(/^(sk|rk)_(test|live)_\S+$/, {
    error: 'must be a Stripe key that starts with sk_test_, sk_live_, rk_test_ or rk_live_',
  }),
  STRIPE_WEBHOOK_SECRET: list('must hold at least one webhook secret'),
  STRIPE_API_BASE: httpUrl.optional(),
  TEAM_ALERT_PHONE: phoneList
    .refine(atLeastOne, { error: 'must hold at least one phone number' })
    .default([]),
  TWILIO_ACCOUNT_SID: z.string().startsWith('AC', { error: 'must start with AC' }).optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_FROM: twilioSender.optional(),
  TWILIO_API_BASE: httpUrl.optional(),
  SLACK_INVENTORY_WEBHOOK: httpUrl.optional(),
  ADMIN_EMAIL: addressList.refine(atLeastOne, { error: 'must hold at least one email address' }).default([]),
  SUPPORT_EMAIL: oneAddress.optional(),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailSender.optional(),
  SESSION_SECRET: z.string('is missing').min(32, { error: 'must have at least 32 characters' }),
  PUBLIC_URL: publicOrigin.optional(),
  PORT: port.default(3000),
  LISTEN_HOST: z
    .string()
    // Digits in the last part make it an address: 10.0.0.300 is neither one nor a name.
    .refine((host) => isIP(host) > 0 || (/^[A-Za-z0-9.-]+$/.test(host) && URL.canParse(`http://${host}`)), {
      error: 'must be a host name or an address',
    })
    .optional(),
  TRUST_PROXY: trustedProxies.default(false),
  HOLD_LIMIT_PER_EMAIL: wholeNumber('seats').default(10),
  HOLD_LIMIT_PER_ADDRESS: optionalLimit.optional(),
  RATE_LIMITS: rateLimits.default(new Map()),
  CORS_ORIGINS: originList.default([]),
  EVENT_STREAMS_PER_ADDRESS: wholeNumber('streams').default(100),
  OPERATOR_PORT: port.optional(),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
})

/** Of everything that is read from the environment. */
export const variableNames: readonly string[] = Object.keys(variables.shape)

type Variables = z.output<typeof variables>

function toConfig(env: Variables): Config {
  return {
    mode: modeOf(env),
    database: {
      url: env.DATABASE_URL,
      migrationUrl: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL,
      hasOwnOwner: env.DATABASE_MIGRATION_URL !== undefined,
      poolSize: env.DATABASE_POOL_SIZE,
    },
    redisUrl: env.REDIS_URL,
    stripe: {
      secretKey: env.STRIPE_SECRET_KEY,
      webhookSecrets: env.STRIPE_WEBHOOK_SECRET,
      livemode: env.STRIPE_SECRET_KEY.includes('_live_'),
      apiBase: env.STRIPE_API_BASE,
    },
    twilio:
      env.TWILIO_ACCOUNT_SID && env.TWILIO_AUTH_TOKEN && env.TWILIO_FROM
        ? {
            accountSid: env.TWILIO_ACCOUNT_SID,
            authToken: env.TWILIO_AUTH_TOKEN,
            from: env.TWILIO_FROM,
            apiBase: env.TWILIO_API_BASE,
          }
        : undefined,
    slack: env.SLACK_INVENTORY_WEBHOOK ? { webhookUrl: env.SLACK_INVENTORY_WEBHOOK } : undefined,
    mail: toMail(env),
    alertRecipients: { phones: env.TEAM_ALERT_PHONE, emails: env.ADMIN_EMAIL },
    supportEmail: env.SUPPORT_EMAIL,
    sessionSecret: env.SESSION_SECRET,
    publicUrl: env.PUBLIC_URL ?? originHere(env),
    port: env.PORT,
    listenHost: env.LISTEN_HOST ?? (modeOf(env) === 'local' ? '127.0.0.1' : undefined),
    trustProxy: env.TRUST_PROXY,
    holdLimits: { perEmail: env.HOLD_LIMIT_PER_EMAIL, perAddress: env.HOLD_LIMIT_PER_ADDRESS },
    rateLimits: env.RATE_LIMITS,
    corsOrigins: env.CORS_ORIGINS,
    streamsPerAddress: env.EVENT_STREAMS_PER_ADDRESS,
    operatorPort: env.OPERATOR_PORT,
    logLevel: env.LOG_LEVEL,
  }
}

function toMail(env: Variables): Config['mail'] {
  const from = env.MAIL_FROM ?? env.ADMIN_EMAIL[0]
  return env.SMTP_URL && from ? { smtpUrl: env.SMTP_URL, from } : undefined
}

/** Where this machine's browsers reach the web process: by a name that passkeys take, unless it listens elsewhere. */
function originHere({
  LISTEN_HOST: host = '127.0.0.1',
  PORT,
}: {
  LISTEN_HOST?: string
  PORT: number
}): string {
  if (['127.0.0.1', '0.0.0.0', '::', 'localhost'].includes(host)) return `http://localhost:${PORT}`
  return new URL(`http://${isIPv6(host) ? `[${host}]` : host}:${PORT}`).origin
}
