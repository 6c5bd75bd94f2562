import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Who may read an answer again: it opens only with the key that its caller sent. */
export interface AnswerKey {
  scope: string
  key: string
  /** SESSION_SECRET; a new one makes stored answers unreadable, and their requests run again. */
  secret: string
}

/**
 * Encrypts an answer for the database (AES-256-GCM). It may hold a hold's token or a payment page, and of the
 * caller's key the database has only a hash: a copy of the table tells nothing.
 */
export function sealAnswer(answer: string, key: AnswerKey): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', secretKey(key), nonce)
  const encrypted = Buffer.concat([cipher.update(answer, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted])
}

/** @returns undefined when it was sealed under another key or secret */
export function openAnswer(sealed: Buffer, key: AnswerKey): string | undefined {
  const nonce = sealed.subarray(0, nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', secretKey(key), nonce, { authTagLength: tagBytes })
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  try {
    const encrypted = sealed.subarray(nonceBytes + tagBytes)
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const nonceBytes = 12
const tagBytes = 16

function secretKey({ scope, key, secret }: AnswerKey): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, key, `answers of ${scope}`, 32))
}
