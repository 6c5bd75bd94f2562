import { createServer, type AddressInfo, type Socket } from 'node:net'

/** As much of Redis as counting requests needs: the script that counts, run by its effect. */
export interface RedisStandIn {
  url: string
  /** The counts by key. */
  counts: ReadonlyMap<string, number>
  stop: () => Promise<void>
}

export async function startRedisStandIn(): Promise<RedisStandIn> {
  const counts = new Map<string, number>()
  const endings = new Map<string, number>()
  const sockets = new Set<Socket>()

  function answer([name = '', ...args]: string[]): string {
    switch (name.toLowerCase()) {
      case 'info':
        return bulk('redis_version:7.4.0\r\nloading:0\r\n')
      case 'eval':
      case 'evalsha': {
        // KEYS[1], then points and seconds: see rate-limiter-flexible's script.
        const [, , key = '', points, seconds] = args
        const isOver = (endings.get(key) ?? 0) <= Date.now()
        if (isOver) endings.set(key, Date.now() + Number(seconds) * 1_000)
        const count = (isOver ? 0 : (counts.get(key) ?? 0)) + Number(points)
        counts.set(key, count)
        return `*2\r\n:${count}\r\n:${(endings.get(key) ?? 0) - Date.now()}\r\n`
      }
      default:
        return '+OK\r\n'
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let heard = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text
      for (let read = readCommand(heard); read; read = readCommand(heard)) {
        heard = read.rest
        socket.write(answer(read.command))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** A command in Redis's protocol: an array of bulk strings. All of ours are ASCII. */
function readCommand(text: string): { command: string[]; rest: string } | null {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (!head) return null
  let rest = text.slice(head[0].length)
  const command: string[] = []
  for (let part = 0; part < Number(head[1]); part++) {
    const size = /^\$(\d+)\r\n/.exec(rest)
    if (!size) return null
    const start = size[0].length
    const end = start + Number(size[1])
    if (rest.length < end + 2) return null
    command.push(rest.slice(start, end))
    rest = rest.slice(end + 2)
  }
  return { command, rest }
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`
}
