import { createHash } from 'node:crypto'

/** What we keep of a visitor's token: enough to recognise it, not enough to use it. */
export function visitorHash(token: string): string {
  return createHash('sha256').update(`visitor ${token}`).digest('base64url')
}

/** What we keep of a network address, for counting its holds. Keyed, since addresses are few enough to try. */
export function addressHash(address: string, secret: string): string {
  return createHash('sha256').update(`address ${secret} ${address}`).digest('base64url')
}
