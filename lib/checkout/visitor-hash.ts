import { createHash } from 'node:crypto'
import { networkOf } from '@/lib/network-of'

/** What we keep of a visitor's token: enough to recognise it, not enough to use it. */
export function visitorHash(token: string): string {
  return createHash('sha256').update(`visitor ${token}`).digest('base64url')
}

/**
 * What we keep of a network address, for counting its holds: of an IPv6 address its network, since one buyer has all
 * addresses of it. Keyed, since addresses are few enough to try.
 */
export function addressHash(address: string, secret: string): string {
  return createHash('sha256')
    .update(`address ${secret} ${networkOf(address)}`)
    .digest('base64url')
}
