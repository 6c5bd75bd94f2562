import { randomToken } from '@/lib/random-token'

const mark = 'sixfb_'
/** Enough to recognise a token in a list, and far too little to guess the rest. */
const shownLength = mark.length + 6

/** A new token. The mark lets people and secret scanners see whose it is. */
export function newTokenText(): string {
  return `${mark}${randomToken()}`
}

/** The part that is kept readable. */
export function tokenPrefix(token: string): string {
  return token.slice(0, shownLength)
}

/**
 * The token of an `Authorization` header, of RFC 6750's form.
 *
 * @returns undefined when the header holds no token of ours
 */
export function bearerToken(header: string): string | undefined {
  return /^Bearer +(sixfb_[A-Za-z0-9_-]{43}) *$/i.exec(header)?.[1]
}
