import { isIPv4 } from 'node:net'

/** What is wrong with variables that are each well written, but not together. Blank ones are left out before. */
export function combinationProblems(
  env: Readonly<Record<string, string | undefined>>,
  mode: 'local' | 'production',
): string[] {
  return [
    ...twilioProblems(env),
    ...mailProblems(env),
    ...(mode === 'production' ? productionProblems(env) : []),
  ]
}

type Present = Readonly<Record<string, string | undefined>>

function twilioProblems(env: Present): string[] {
  const names = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM']
  const missing = names.filter((name) => env[name] === undefined)
  if (missing.length === names.length) return []
  return missing.map((name) => `${name} is missing; Twilio needs its three variables or none`)
}

function mailProblems(env: Present): string[] {
  if (env.SMTP_URL && !env.MAIL_FROM && !env.ADMIN_EMAIL) {
    return ['MAIL_FROM is missing; with SMTP_URL a sender is needed (or ADMIN_EMAIL, which then is it)']
  }
  if (env.MAIL_FROM && !env.SMTP_URL) return ['SMTP_URL is missing; it goes together with MAIL_FROM']
  return []
}

function productionProblems(env: Present): string[] {
  const problems: string[] = []
  if (!env.PUBLIC_URL) problems.push('PUBLIC_URL is missing')
  else if (!isPrivateToTheWire(env.PUBLIC_URL)) {
    problems.push('PUBLIC_URL must start with https:// in production')
  }
  // Whoever listens there would be sent the account's secrets.
  for (const name of ['STRIPE_API_BASE', 'TWILIO_API_BASE']) {
    if (env[name]) problems.push(`${name} is for development and tests; remove it in production`)
  }
  return problems
}

/** Encrypted, or never leaving this machine. */
function isPrivateToTheWire(url: string): boolean {
  if (!URL.canParse(url)) return true
  const { protocol, hostname } = new URL(url)
  return (
    protocol === 'https:' ||
    ['localhost', '[::1]'].includes(hostname) ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  )
}
