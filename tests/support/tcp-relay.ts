import { startTcpFront } from './tcp-front'

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
  const connections: Buffer[][] = []
  const { port, open, close } = await startTcpFront(url, (near, far) => {
    const parts: Buffer[] = []
    connections.push(parts)
    near.on('data', (part) => parts.push(part))
    near.pipe(far).pipe(near)
  })
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.href,
    asked: () => Buffer.concat(connections.flat()),
    silence: () => {
      for (const socket of open) socket.unpipe().pause()
    },
    close,
  }
}
