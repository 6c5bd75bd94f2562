import { expect, test } from 'vitest'
import { codeOf, neverConnected } from '@/lib/alerts/channels/channel'

/** As `fetch` throws it. */
const fetchError = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })

test.each(['ECONNREFUSED', 'ENOTFOUND', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
  '%s: nothing was sent',
  (code) => {
    expect(neverConnected(codeOf(fetchError(code)))).toBe(true)
  },
)

test.each(['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'])('%s: it may have arrived', (code) => {
  expect(neverConnected(codeOf(fetchError(code)))).toBe(false)
})
