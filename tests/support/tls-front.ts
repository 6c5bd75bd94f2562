import { readFile } from 'node:fs/promises'
import { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { startTcpFront } from './tcp-front'

/** Vouches for itself alone, as many hosts' do, until the year 2126. Its key is for tests. */
export const certificateFile = fileURLToPath(new URL('./tls/localhost.crt', import.meta.url))
const keyFile = fileURLToPath(new URL('./tls/localhost.key', import.meta.url))

export interface TlsFront {
  /** The connection string, by way of this front, with a query of one's own. */
  url: (query: string) => string
  close: () => Promise<void>
}

/**
 * Stands before PostgreSQL and takes encrypted connections alone, as hosts of databases do.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
 */
export async function startTlsFront(databaseUrl: string): Promise<TlsFront> {
  const address = new URL(databaseUrl)
  const identity = { cert: await readFile(certificateFile), key: await readFile(keyFile) }
  const { port, close } = await startTcpFront(address, (near, far) => {
    // The client's first message asks for encryption, and has eight bytes.
    near.once('data', () => {
      near.pause()
      near.write('S')
      const encrypted = new TLSSocket(near, { isServer: true, ...identity })
      encrypted.on('error', () => near.destroy())
      encrypted.pipe(far).pipe(encrypted)
    })
  })
  address.hostname = 'localhost'
  address.port = String(port)
  return { url: (query) => `${address.href}?${query}`, close }
}
