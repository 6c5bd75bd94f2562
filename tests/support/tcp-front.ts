import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpFront {
  port: number
  /** The sockets of all connections that are open, on both sides. */
  open: ReadonlySet<Socket>
  close: () => Promise<void>
}

/**
 * Stands before a server. Where one side of a connection ends, so does the other.
 *
 * @param join hands on what comes: `near` is the client's side, `far` the server's
 */
export async function startTcpFront(
  { hostname, port }: URL,
  join: (near: Socket, far: Socket) => void,
): Promise<TcpFront> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    join(near, far)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    open,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
