import { hkdfSync } from 'node:crypto'
import { seal, unseal } from '@/lib/sealed'

/**
 * Encrypts a secret for the database, under a key derived from SESSION_SECRET and bound to its account, so that a row
 * copied to another account does not open. A new SESSION_SECRET makes old ones unreadable; recovery codes and passkeys
 * do not depend on it.
 */
export function sealSecret(secret: Buffer, accountId: string, sessionSecret: string): Buffer {
  return seal(secret, keyFrom(sessionSecret), accountId)
}

/** @returns undefined when it was sealed under another SESSION_SECRET, for another account, or changed */
export function openSecret(sealed: Buffer, accountId: string, sessionSecret: string): Buffer | undefined {
  return unseal(sealed, keyFrom(sessionSecret), accountId)
}

function keyFrom(sessionSecret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', sessionSecret, '', 'authenticator app secrets', 32))
}
