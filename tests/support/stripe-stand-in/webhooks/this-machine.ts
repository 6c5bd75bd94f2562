import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** The URL again. @throws Error unless it is plain HTTP on this machine: the stand-in calls nobody else. */
export function urlOnThisMachine(url: string): string {
  const { protocol, hostname, host } = new URL(url)
  if (protocol !== 'http:' || !isThisMachine(hostname)) {
    throw new Error(`The Stripe stand-in delivers to http on this machine only, not to ${host}`)
  }
  return url
}

function isThisMachine(hostname: string): boolean {
  if (hostname === 'localhost' || (isIPv4(hostname) && hostname.startsWith('127.'))) return true
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return own.some(({ address }) => hostname === address || hostname === `[${address}]`)
}
