import { z } from 'zod'
import { modeOf } from '@/lib/config'
import { eventTypes } from '@/lib/stripe/classify-event'
import { startStripeStandIn } from './index'

/**
 * Runs the Stripe stand-in as a process of its own, until SIGTERM or SIGINT:
 *   PORT=4242 WEBHOOK_URLS=http://127.0.0.1:3000/api/webhooks/stripe WEBHOOK_SECRET=whsec_test tsx main.ts
 * Lists are comma separated. `--port`, `--webhook-url`, `--webhook-secret` and `--state-file` do the same.
 * It delivers the events that docs/operations.md asks of a webhook endpoint, so that the console shows what it would there.
 * In production it ends at once, with exit code 78 (EX_CONFIG of sysexits.h): whoever pays here has paid nothing.
 */
if (modeOf(process.env) === 'production') {
  console.error('Stripe stand-in: it does not start in production, where Stripe itself is asked')
  process.exit(78)
}

const list = z
  .string()
  .optional()
  .transform((value) =>
    (value ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )

const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  WEBHOOK_URLS: list,
  WEBHOOK_SECRET: list.refine((secrets) => secrets.length > 0, 'is missing'),
  PUBLIC_URL: z.url().optional(),
  STATE_FILE: z.string().min(1).optional(),
  LIVEMODE: z.stringbool().default(false),
})

const FLAGS: Record<string, string> = {
  '--port': 'PORT',
  '--webhook-url': 'WEBHOOK_URLS',
  '--webhook-secret': 'WEBHOOK_SECRET',
  '--public-url': 'PUBLIC_URL',
  '--state-file': 'STATE_FILE',
}

const parsed = settings.safeParse({ ...environment(), ...flags(process.argv.slice(2)) })
if (!parsed.success) {
  const [issue] = parsed.error.issues
  console.error(`Stripe stand-in: ${issue?.path.join('.')} ${issue?.message}`)
  process.exit(1)
}

try {
  const standIn = await startStripeStandIn({
    port: parsed.data.PORT,
    webhookUrls: parsed.data.WEBHOOK_URLS,
    webhookSecret: parsed.data.WEBHOOK_SECRET,
    publicUrl: parsed.data.PUBLIC_URL,
    stateFile: parsed.data.STATE_FILE,
    livemode: parsed.data.LIVEMODE,
    enabledEvents: eventTypes,
    log: (line) => console.error(line),
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void standIn.close().then(() => process.exit(0)))
  }
  console.log(`Stripe stand-in ready on ${standIn.url}`)
} catch (error) {
  console.error(`Stripe stand-in: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

/** An empty variable counts as not set; `WEBHOOK_URL` is another name for `WEBHOOK_URLS`. */
function environment(): Record<string, string | undefined> {
  const given = Object.entries(process.env).filter(([, value]) => value !== '')
  return { WEBHOOK_URLS: process.env['WEBHOOK_URL'], ...Object.fromEntries(given) }
}

/** `--name value` and `--name=value`. */
function flags(args: readonly string[]): Record<string, string | undefined> {
  const result: Record<string, string | undefined> = {}
  args.forEach((arg, index) => {
    const [flag = '', inline] = arg.split(/=(.*)/s)
    const name = FLAGS[flag]
    if (name !== undefined) result[name] = inline ?? args[index + 1]
  })
  return result
}
