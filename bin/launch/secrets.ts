import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readKeptJson, writeKept } from '@/db/kept-file'
import { modeOf, type Environment } from '@/lib/config'
import { prepareDataDir } from './lock'

/** Secrets of a local installation: made once, kept in DATA_DIR, used where the environment sets none. */
export interface LocalSecrets {
  sessionSecret: string
  /** Signs the webhooks of the Stripe stand-in. */
  stripeWebhookSecret: string
}

/**
 * The secrets that a data folder keeps, made with the folder on the first call.
 *
 * @returns undefined in production, whose environment has them all; nothing is read or written then
 */
export async function localSecrets(env: Environment, dataDir: string): Promise<LocalSecrets | undefined> {
  if (modeOf(env) === 'production') return undefined
  const file = join(dataDir, 'secrets.json')
  const kept = await readKeptJson(file)
  if (kept !== undefined) return kept as LocalSecrets
  await prepareDataDir(dataDir)
  const secrets = {
    sessionSecret: randomBytes(32).toString('base64url'),
    stripeWebhookSecret: `whsec_${randomBytes(24).toString('base64url')}`,
  }
  await writeKept(file, `${JSON.stringify(secrets, null, 2)}\n`, 0o600)
  return secrets
}
