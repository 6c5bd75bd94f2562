import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Encrypts a secret for the database: AES-256-GCM under a key derived from SESSION_SECRET, bound to its account,
 * so that a row copied to another account does not open. A new SESSION_SECRET makes old ones unreadable; recovery
 * codes and passkeys do not depend on it.
 */
export function seal(secret: Buffer, accountId: string, sessionSecret: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(sessionSecret), nonce).setAAD(Buffer.from(accountId))
  const encrypted = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted])
}

/** @returns undefined when it was sealed under another SESSION_SECRET, for another account, or changed */
export function open(sealed: Buffer, accountId: string, sessionSecret: string): Buffer | undefined {
  const nonce = sealed.subarray(0, nonceBytes)
  const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes)
  const encrypted = sealed.subarray(nonceBytes + tagBytes)
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyFrom(sessionSecret), nonce, {
      authTagLength: tagBytes,
    })
    decipher.setAAD(Buffer.from(accountId)).setAuthTag(tag)
    return Buffer.concat([decipher.update(encrypted), decipher.final()])
  } catch {
    return undefined
  }
}

const nonceBytes = 12
const tagBytes = 16

function keyFrom(sessionSecret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', sessionSecret, '', 'authenticator app secrets', 32))
}
