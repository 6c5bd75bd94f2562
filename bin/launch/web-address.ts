import { lookup } from 'node:dns/promises'

/** What `LISTEN_HOST` calls all addresses of the machine, as URLs write them. */
const everyAddress = ['0.0.0.0', '[::]']

/**
 * Where programs of this machine reach the web process: the address that it listens on, or the loopback address when
 * it listens on every one.
 *
 * @returns an origin such as `http://[::1]:3000`
 * @throws Error when the host name cannot be found
 */
export async function webAddress(listenHost = '0.0.0.0', port: number): Promise<string> {
  const { address, family } = await lookup(listenHost).catch((error: unknown) => {
    throw new Error('LISTEN_HOST: no address was found for this host name.', { cause: error })
  })
  const url = new URL(`http://${family === 6 ? `[${address}]` : address}:${port}`)
  if (everyAddress.includes(url.hostname)) url.hostname = '127.0.0.1'
  return url.origin
}
