import type { Request } from 'express'
import type { Config } from '@/lib/config'
import { log } from '@/lib/log'

/**
 * Takes away what a proxy that is not trusted says of host and protocol: Remix's adapter and the check of form origins
 * would believe it. In production the first such proxy that also names an address is logged. It is most likely our own,
 * and then all visitors share the limits of its one address.
 *
 * Some proxies write the connection's port behind the address, as Azure's Application Gateway does. The port is taken
 * away, or else each connection would have limits of its own.
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
