import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop } from '../support/open-shop'
import type { Shop } from '../support/shop'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(() => shop?.close())

/** As the bytes come: `fetch` would unpack them. */
async function ask(path: string, headers: Record<string, string>) {
  const [response] = (await once(get(shop.origin + path, { headers }), 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, bytes: await buffer(response) }
}

async function filesOf(path: string): Promise<string[]> {
  const page = await (await fetch(shop.origin + path)).text()
  return [...new Set(page.match(/\/assets\/[\w.-]+\.(?:js|css)/g))]
}

const documentation = ['/api/docs/assets/swagger-ui-bundle.js', '/api/docs/assets/swagger-ui.css']

describe('the scripts and styles of a page', () => {
  it('are few, since each costs a new visitor a round trip', async () => {
    for (const path of ['/', '/cities/dallas-jan-2026']) {
      const files = await filesOf(path)
      expect(files.length).toBeGreaterThan(3)
      expect(files.length).toBeLessThan(10)
    }
  })

  it.each([
    ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
    ['gzip', 'gzip, deflate', gunzipSync],
    ['gzip', 'br;q=0, gzip', gunzipSync],
  ])('were packed when they were built: %s for %s', async (encoding, accepted, unpack) => {
    for (const path of [...(await filesOf('/cities/dallas-jan-2026')), ...documentation]) {
      const plain = await ask(path, {})
      expect(plain).toMatchObject({ status: 200, headers: { 'content-length': `${plain.bytes.length}` } })
      expect(plain.headers['content-encoding']).toBeUndefined()
      if (plain.bytes.length < 1_024) continue
      const packed = await ask(path, { 'Accept-Encoding': accepted })
      // What is packed for one answer alone has a length that nobody knows when it begins.
      expect(packed).toMatchObject({
        status: 200,
        headers: {
          'content-encoding': encoding,
          'content-length': `${packed.bytes.length}`,
          'content-type': plain.headers['content-type'],
          'cache-control': plain.headers['cache-control'],
          vary: 'Accept-Encoding',
        },
      })
      expect(plain.headers.vary).toBe('Accept-Encoding')
      expect(packed.headers.etag).not.toBe(plain.headers.etag)
      expect(unpack(packed.bytes).equals(plain.bytes)).toBe(true)
      const known = await ask(path, {
        'Accept-Encoding': accepted,
        'If-None-Match': packed.headers.etag ?? '',
      })
      expect(known).toMatchObject({ status: 304, bytes: Buffer.alloc(0) })
    }
  })
})
