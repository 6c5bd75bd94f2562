import { expect, it } from 'vitest'
import { asksByItself } from '@/app/web/asks-by-itself'

const origin = 'http://localhost:3000'
const asked = (path: string, from?: string, method = 'GET') =>
  asksByItself({ method, path, headers: from === undefined ? {} : { referer: origin + from } })

it.each([
  ['/admin.data', '/admin'],
  ['/admin.data', '/admin?index'],
  ['/admin/cities/x.data?_routes=routes%2Fadmin%2Fcity', '/admin/cities/x'],
  ['/admin.data?show=a+b&_routes=routes%2Fadmin', '/admin?show=a%20b'],
  ['/admin/queues.data', '/admin/queues/'],
])('a page that loads %s again from %s asks by itself', (path, from) => {
  expect(asked(path, from)).toBe(true)
})

it('so does one that opens a stream', () => {
  const headers = { accept: 'text/event-stream' }
  expect(asksByItself({ method: 'GET', path: '/admin/stock-stream?cities=a', headers })).toBe(true)
})

it.each([
  ['another page', '/admin/payments.data', '/admin', 'GET'],
  ['another filter', '/admin.data?show=b', '/admin?show=a', 'GET'],
  ['a document', '/admin', '/admin', 'GET'],
  ['a form', '/admin.data', '/admin', 'POST'],
  ['a browser that keeps to itself where it is', '/admin.data', undefined, 'GET'],
])('%s is somebody', (_what, path, from, method) => {
  expect(asked(path, from, method)).toBe(false)
})

it('what is no address is somebody', () => {
  expect(asksByItself({ method: 'GET', path: '/admin.data', headers: { referer: 'about:blank' } })).toBe(
    false,
  )
  expect(asksByItself({ method: 'GET', path: '/admin.data', headers: { referer: 'http://[' } })).toBe(false)
})
