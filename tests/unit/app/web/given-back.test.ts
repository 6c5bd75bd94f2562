import { beforeAll, expect, it } from 'vitest'
import { noteGivenBack, takeGivenBack } from '@/app/web/given-back'

beforeAll(() => {
  process.env.DATABASE_URL ??= 'postgres://localhost/none'
})

const asked = (cookie?: string) => new Request('http://localhost/', { headers: cookie ? { cookie } : {} })
const nothing = { givenBack: null, setCookie: null }

it('says what was given back on the page of its city, and has the browser forget it', async () => {
  const givenBack = { cityId: 'dallas', tier: 'vip', quantity: 2 } as const
  const later = asked((await noteGivenBack(givenBack)).split(';')[0])
  expect(await takeGivenBack(later, 'atlanta')).toEqual(nothing)
  expect(await takeGivenBack(later, 'dallas')).toEqual({
    givenBack,
    setCookie: expect.stringMatching(/Max-Age=0/) as string,
  })
})

it('believes no cookie that it did not sign', async () => {
  const forged = Buffer.from(JSON.stringify({ cityId: 'dallas', tier: 'ga', quantity: 9 })).toString('base64')
  for (const cookie of [`given-back=${forged}`, 'given-back=%E0%A4%A', undefined])
    expect(await takeGivenBack(asked(cookie), 'dallas')).toEqual(nothing)
})
