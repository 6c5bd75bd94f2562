import { beforeAll, expect, it } from 'vitest'
import { renewedVisitor, visitorOf, visitorToken } from '@/app/web/visitor'

beforeAll(() => {
  process.env.DATABASE_URL ??= 'postgres://localhost/none'
})

const asked = (cookie?: string) => new Request('http://localhost/', { headers: cookie ? { cookie } : {} })

it('gives a new visitor a token, and knows it again by its cookie', async () => {
  const first = await visitorOf(asked())
  expect(first.setCookie).toMatch(/HttpOnly/)
  expect(first.setCookie).toMatch(/SameSite=Lax/)
  const again = await visitorOf(asked(first.setCookie?.split(';')[0]))
  expect(again).toEqual({ token: first.token, setCookie: null })
})

it('renews the cookie of a visitor who takes seats, so that it outlives them, and keeps the token', async () => {
  const first = await visitorOf(asked())
  const renewed = await renewedVisitor(asked(first.setCookie?.split(';')[0]))
  expect(renewed).toEqual(first)
  expect(renewed.setCookie).toMatch(/Max-Age=2592000/)
  const { token, setCookie } = await renewedVisitor(asked())
  expect(await visitorToken(asked(setCookie.split(';')[0]))).toBe(token)
})

it('believes no cookie that it did not sign', async () => {
  const { setCookie } = await visitorOf(asked())
  const value = setCookie?.split(';')[0] ?? ''
  const [name, signed = ''] = value.split('=')
  const forged = Buffer.from(JSON.stringify('a'.repeat(32))).toString('base64')
  expect(await visitorToken(asked(`${name}=${forged}`))).toBeNull()
  expect(await visitorToken(asked(`${name}=${forged}.${signed.split('.')[1]}`))).toBeNull()
  expect(await visitorToken(asked('visitor=%E0%A4%A'))).toBeNull()
  expect(await visitorToken(asked())).toBeNull()
})
