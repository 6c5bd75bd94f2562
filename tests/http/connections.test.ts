import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readEvents } from '../support/event-reader'
import { openShop } from '../support/open-shop'
import type { Shop } from '../support/shop'
import { until } from '../support/until'

/** What one client may keep open, and for how long. */

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ web: { EVENT_STREAMS_PER_ADDRESS: '3' } })
})

afterAll(async () => {
  await shop?.close()
})

it('holds so many event streams for one address, and takes a new one when an old one ends', async () => {
  const url = `${shop.webs[0].origin}/api/inventory/stream`
  const withCookie = { cookie: `session=${'a'.repeat(43)}` }
  const streams = await Promise.all([{}, {}, withCookie].map((headers) => readEvents(url, headers)))
  for (const headers of [{}, withCookie]) {
    const refused = await fetch(url, { headers })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
  }
  streams[0]?.close()
  const again = await until(() => readEvents(url).catch(() => undefined))
  for (const stream of [...streams, again]) stream.close()
})

it('cuts off a client that sends its headers drop by drop, and serves others meanwhile', async () => {
  const port = Number(new URL(shop.webs[0].origin).port)
  const slow = Array.from({ length: 50 }, () => dripping(port))
  await Promise.all(slow.map(({ connected }) => connected))
  expect((await fetch(`${shop.webs[0].origin}/api/inventory`)).status).toBe(200)
  expect(slow.filter(({ isOpen }) => isOpen())).toHaveLength(50)
  const heard = await Promise.all(slow.map(({ closed }) => closed))
  for (const one of heard) expect(one).toMatch(/^HTTP\/1\.1 408 /)
})

/** @returns `closed`: what was heard until the server closed the connection */
function dripping(port: number) {
  let heard = ''
  const socket = connect(port, '127.0.0.1')
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.on('connect', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n', () => resolve()))
  })
  const drip = setInterval(() => socket.write('X-A: b\r\n'), 500)
  socket.setEncoding('utf8').on('data', (part: string) => (heard += part))
  const closed = new Promise<string>((resolve, reject) => {
    socket.on('close', () => (clearInterval(drip), resolve(heard)))
    socket.on(
      'error',
      (error: NodeJS.ErrnoException) =>
        error.code !== 'EPIPE' && error.code !== 'ECONNRESET' && reject(error),
    )
  })
  return { connected, closed, isOpen: () => !socket.closed }
}
