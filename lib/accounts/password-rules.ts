import { randomInt } from 'node:crypto'
import { commonPasswords } from './common-passwords'

export const minPasswordLength = 12
/** In UTF-16 units; bounds the work of hashing. */
export const maxPasswordLength = 256

export type PasswordProblem = 'too_short' | 'too_long' | 'is_email' | 'too_common'

/** What people read about each. */
export const passwordProblemTexts: Record<PasswordProblem, string> = {
  too_short: `A password needs at least ${minPasswordLength} characters.`,
  too_long: `A password may have at most ${maxPasswordLength} characters.`,
  is_email: 'The password must not be the email address.',
  too_common: 'This password is among the first that somebody would try.',
}

/** @returns why a password is refused for this account, or undefined when it is good */
export function passwordProblem(password: string, email: string): PasswordProblem | undefined {
  if (password.length > maxPasswordLength) return 'too_long'
  const plain = password.normalize('NFKC').trim().toLowerCase()
  if ([...plain].length < minPasswordLength) return 'too_short'
  if (plain === email || plain === email.replace(/@.*/, '')) return 'is_email'
  return isCommon(plain) ? 'too_common' : undefined
}

/** A password of about 118 random bits that can be read out and typed. */
export function randomPassword(): string {
  const groups = Array.from({ length: 6 }, () =>
    Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join(''),
  )
  return groups.join('-')
}

/** Without the letters and digits that look alike. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** On the list, with signs left out or without, or made of fewer than five different characters. */
function isCommon(plain: string): boolean {
  if (new Set(plain).size < 5) return true
  return commonPasswords.has(plain) || commonPasswords.has(plain.replace(/[^\p{L}\p{N}]/gu, ''))
}
