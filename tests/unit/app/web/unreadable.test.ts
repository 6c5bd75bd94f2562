import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, it } from 'vitest'
import { failureSchema } from '@/app/api/openapi-schema'
import { refuseUnreadableRequest } from '@/app/web/unreadable'

beforeAll(() => {
  process.env.DATABASE_URL ??= 'postgres://localhost/none'
})

it.each([
  ['HPE_INVALID_METHOD', 400],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
])('%s: %i, in an envelope like any other refusal', async (code, status) => {
  const socket = new PassThrough()
  refuseUnreadableRequest(Object.assign(new Error('parse error'), { code }), socket)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  const { requestId } = failureSchema.parse(JSON.parse(body))
  expect(head).toContain(`X-Request-Id: ${requestId}`)
})
