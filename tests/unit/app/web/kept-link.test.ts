import { beforeAll, expect, it } from 'vitest'
import { cityPath, keepLink } from '@/app/web/kept-link'

beforeAll(() => {
  process.env.DATABASE_URL ??= 'postgres://localhost/none'
})

const asked = (cookie?: string) => new Request('http://localhost/', { headers: cookie ? { cookie } : {} })

it('leads back by the link to the city that it is for, and to no other', async () => {
  const setCookie = await keepLink('dallas', 'a-token')
  expect(setCookie).toMatch(/HttpOnly/)
  // Gone with the browser's session.
  expect(setCookie).not.toMatch(/Max-Age|Expires/)
  const later = asked(setCookie.split(';')[0])
  expect(await cityPath(later, 'dallas')).toBe('/cities/dallas?link=a-token')
  expect(await cityPath(later, 'atlanta')).toBe('/cities/atlanta')
})

it('believes no cookie that it did not sign', async () => {
  const forged = Buffer.from(JSON.stringify({ cityId: 'dallas', token: 'another' })).toString('base64')
  expect(await cityPath(asked(`link=${forged}`), 'dallas')).toBe('/cities/dallas')
  expect(await cityPath(asked('link=%E0%A4%A'), 'dallas')).toBe('/cities/dallas')
  expect(await cityPath(asked(), 'dallas')).toBe('/cities/dallas')
})
