import type { Config } from '@/lib/config'

export interface Running {
  config: Config
  database: string
  /** Where the Stripe stand-in listens; undefined when Stripe is real. */
  standInUrl: string | undefined
  /** The first sign-in, only on the start that made it. */
  firstOwner: { email: string; password: string } | undefined
}

/** The block that `npm start` ends its start with. */
export function summary({ config, database, standInUrl, firstOwner }: Running): string {
  const rows: [string, string][] = [
    ['Customers', config.publicUrl],
    ['Admin', `${config.publicUrl}/admin`],
    ['', firstOwner ? shownOnce(firstOwner) : 'npm run admin:create makes another account'],
    ['Database', database],
    [
      'Stripe',
      standInUrl ? `stand-in at ${standInUrl}; STRIPE_SECRET_KEY uses the real one` : realStripe(config),
    ],
    ['Mail', config.mail ? 'real (SMTP_URL)' : inLog('SMTP_URL')],
    ['Slack', config.slack ? 'real (SLACK_INVENTORY_WEBHOOK)' : inLog('SLACK_INVENTORY_WEBHOOK')],
    ['SMS', config.twilio ? 'real (Twilio)' : inLog('TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM')],
  ]
  const lines = rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`)
  return ['', '6FB workshop inventory is running.', '', ...lines, '', '  Ctrl-C ends everything.', ''].join(
    '\n',
  )
}

function shownOnce({ email, password }: NonNullable<Running['firstOwner']>): string {
  return `${email} / ${password} (shown this once)`
}

function realStripe(config: Config): string {
  return config.stripe.livemode ? 'real, live mode' : 'real, test mode'
}

function inLog(variables: string): string {
  return `written to the log; ${variables} sends it`
}
