import { isIPv6 } from 'node:net'

/**
 * What requests from one place have in common: the address itself, and of an IPv6 address its first half, since
 * one subscriber has a whole /64 to choose from.
 *
 * @example networkOf('2001:db8::1') // '2001:db8:0:0::/64'
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!isIPv6(address)) return address.slice(0, 64)
  return `${firstHalf(address)}::/64`
}

function firstHalf(address: string): string {
  // A URL writes every IPv6 address in one way: hex, lower case, the longest row of zeros as "::".
  const short = new URL(`http://[${address.replace(/%.*/, '')}]`).hostname.slice(1, -1)
  const [left = [], right] = short.split('::').map((side) => (side === '' ? [] : side.split(':')))
  const zeros = right === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...(right ?? [])]
  return groups.slice(0, 4).join(':')
}
