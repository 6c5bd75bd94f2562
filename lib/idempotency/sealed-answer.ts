import { hkdfSync } from 'node:crypto'
import { seal, unseal } from '@/lib/sealed'

/** Who may read an answer again: it opens only with the key that its caller sent. */
export interface AnswerKey {
  scope: string
  key: string
  /** SESSION_SECRET; a new one makes stored answers unreadable, and their keys are refused until they are forgotten. */
  secret: string
}

/**
 * Encrypts an answer for the database. It may hold a hold's token or a payment page, and of the caller's key the
 * database has only a hash: a copy of the table tells nothing.
 */
export function sealAnswer(answer: string, key: AnswerKey): Buffer {
  return seal(Buffer.from(answer), secretKey(key))
}

/** @returns undefined when it was sealed under another key or secret, or changed */
export function openAnswer(sealed: Buffer, key: AnswerKey): string | undefined {
  return unseal(sealed, secretKey(key))?.toString('utf8')
}

function secretKey({ scope, key, secret }: AnswerKey): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, key, `answers of ${scope}`, 32))
}
