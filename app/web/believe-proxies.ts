import type { Request } from 'express'
import type { Config } from '@/lib/config'
import { log } from '@/lib/log'

/**
 * Remix's adapter and the check of form origins believe what a proxy says of host and protocol, so only one that is
 * trusted may say it: from anybody else it is taken away. In production the first of those who would also tell an
 * address is logged: most likely our own proxy, and then all visitors share the limits of its one address.
 *
 * Some write the connection's port behind the address, as Azure's Application Gateway does: it is taken away, or else
 * each connection would have limits of its own.
 */
export function believeProxies(mode: Config['mode']): (request: Request) => void {
  let isTold = mode !== 'production'
  return ({ app, headers, socket }) => {
    if (forwarded.every((name) => headers[name] === undefined)) return
    const isTrusted = app.get('trust proxy fn') as (address: string, hop: number) => boolean
    const addresses = headers['x-forwarded-for']?.toString()
    if (isTrusted(socket.remoteAddress ?? '', 0)) {
      if (addresses !== undefined) headers['x-forwarded-for'] = withoutPorts(addresses)
      return
    }
    delete headers['x-forwarded-host']
    delete headers['x-forwarded-proto']
    if (isTold || addresses === undefined) return
    isTold = true
    log().warn({ code: 'proxy_not_trusted' }, warning)
  }
}

const forwarded = ['x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-for']

function withoutPorts(addresses: string): string {
  return addresses
    .split(',')
    .map((one) => one.trim().replace(/^(?:(\d+(?:\.\d+){3}):\d+|\[([^\]]+)\](?::\d+)?)$/, '$1$2'))
    .join(', ')
}

const warning =
  'X-Forwarded-For came from an address that TRUST_PROXY does not name; behind a proxy all visitors now share its limits'
