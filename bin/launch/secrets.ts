import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Secrets of a local installation: made once, kept in DATA_DIR, used where the environment sets none. */
export interface LocalSecrets {
  sessionSecret: string
  /** Signs the webhooks of the Stripe stand-in. */
  stripeWebhookSecret: string
}

export async function localSecrets(dataDir: string): Promise<LocalSecrets> {
  const file = join(dataDir, 'secrets.json')
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as LocalSecrets
  const secrets = {
    sessionSecret: randomBytes(32).toString('base64url'),
    stripeWebhookSecret: `whsec_${randomBytes(24).toString('base64url')}`,
  }
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  return secrets
}
