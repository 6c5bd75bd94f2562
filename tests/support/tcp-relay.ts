import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpRelay {
  /** The connection string, by way of this relay. */
  url: string
  /** All that PostgreSQL was asked so far, of one connection after the other. */
  asked: () => Buffer
  /**
   * Does what a host does that loses its power: from now on nothing passes through the connections that are open, and none
   * of them is closed; new ones work.
   */
  silence: () => void
  close: () => Promise<void>
}

/** Stands before PostgreSQL. */
export async function startTcpRelay(databaseUrl: string): Promise<TcpRelay> {
  const url = new URL(databaseUrl)
  const { hostname, port } = url
  const open = new Set<Socket>()
  const connections: Buffer[][] = []
  const server = createServer((near) => {
    const parts: Buffer[] = []
    connections.push(parts)
    const far = connect(Number(port), hostname)
    near.on('data', (part) => parts.push(part))
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    asked: () => Buffer.concat(connections.flat()),
    silence: () => {
      for (const socket of open) socket.unpipe().pause()
    },
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
