import { createHash } from 'node:crypto'

/** Names of Stripe's events live in this namespace of ours (RFC 9562, version 5). */
const namespace = Buffer.from('6fb0c1e47a5d4c0e9f3a52d1b8e6a714', 'hex')

/**
 * The same UUID for the same name, always: a version 5 UUID.
 *
 * @example uuidFromName('stripe-events:evt_1Q2w') // the job's id for that event
 */
export function uuidFromName(name: string): string {
  const digest = createHash('sha1').update(namespace).update(name).digest()
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6)
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = digest.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
