import { beforeAll, expect, it } from 'vitest'
import { sessionToken } from '@/app/web/session-cookie'
import { safeNext } from '@/app/web/require-principal'

beforeAll(() => {
  process.env.DATABASE_URL ??= 'postgres://localhost/none'
})

const token = 'aB3_-'.repeat(8) + 'xyz'

it.each([
  [`session=${token}`, token],
  [`visitor=v; session=${token}; other=1`, token],
  [`session=${token}x`, undefined],
  [`session=${token.slice(1)}`, undefined],
  [`notsession=${token}`, undefined],
  [`__Host-session=${token}`, undefined],
  ['session=', undefined],
  ['', undefined],
  [undefined, undefined],
])('the token in %j', (header, expected) => {
  expect(sessionToken(header)).toBe(expected)
})

it.each([
  ['/admin', '/admin'],
  ['/admin/cities/x?tier=ga', '/admin/cities/x?tier=ga'],
  ['/admin?show=1', '/admin?show=1'],
  ['/administrator', '/admin'],
  ['//evil.example', '/admin'],
  ['https://evil.example/admin', '/admin'],
  ['/admin\\@evil.example', '/admin'],
  ['/admin/\r\nSet-Cookie: a=b', '/admin'],
  ['javascript:alert(1)', '/admin'],
  [null, '/admin'],
])('after the sign-in, %j leads to %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected)
})
