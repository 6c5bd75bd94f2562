import { expect, test } from 'vitest'
import { webAddress } from '@/bin/launch/web-address'

test.each([
  [undefined, 'http://127.0.0.1:3000'],
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'http://127.0.0.1:3000'],
  ['::', 'http://127.0.0.1:3000'],
  ['::1', 'http://[::1]:3000'],
  ['192.168.1.5', 'http://192.168.1.5:3000'],
  ['fd00::2', 'http://[fd00::2]:3000'],
])('LISTEN_HOST=%s is reached at %s', async (listenHost, origin) => {
  expect(await webAddress(listenHost, 3000)).toBe(origin)
})

test('a name that cannot be one is refused in words', async () => {
  await expect(webAddress('x'.repeat(64), 3000)).rejects.toThrow(/^LISTEN_HOST: /)
})
