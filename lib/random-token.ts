import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as 43 characters that need no escaping in a cookie or a header. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What we keep of such a token. A plain hash is enough: nobody can try 2^256 values, so there is nothing
 * for a slow one to slow down.
 */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
