import { expect, it } from 'vitest'
import { confirmTotp, startTotp } from '@/lib/accounts'
import { anAccount, signedIn, somebody, type TestAccount } from '../support/accounts'
import { codeOf } from '../support/authenticator-app'
import { callersSuite } from '../support/callers-suite'
import { aBrowser } from '../support/plain-browser'
import { moveClock } from '../support/stories/clock'

/** The second step of a sign-in, whose button is pressed twice in a browser without scripts. */

const { shop } = callersSuite()

const page = '/sign-in/second-factor'

async function withRecoveryCode(): Promise<TestAccount & { code: string }> {
  const account = await anAccount('viewer')
  const begun = await startTotp(await signedIn(account), somebody)
  if (!begun.ok) throw new Error(begun.code)
  const code = await codeOf(begun.value.secret)
  const on = await confirmTotp({ ...(await signedIn(account)), code }, somebody)
  if (!on.ok) throw new Error(on.code)
  return { ...account, code: on.value.recoveryCodes?.[0] ?? '' }
}

/** Somebody who has given the password, and a browser that sends the code by the same cookie each time. */
async function atSecondStep() {
  const { email, password, code } = await withRecoveryCode()
  const first = aBrowser(shop.origin)
  const next = '/admin/links'
  const { location } = await first.post('/sign-in', { email, password, next })
  const { text } = await first.get(location ?? '')
  const [, key = ''] = /name="key" value="([^"]+)"/.exec(text) ?? []
  const cookie = first.cookie('session') ?? ''
  const press = async (change: Record<string, string> = {}, by = cookie) => {
    const browser = aBrowser(shop.origin)
    browser.setCookie('session', by)
    const { status, location: leadsTo } = await browser.post(page, { key, code, next, ...change })
    return { browser, status, leadsTo, session: browser.cookie('session') }
  }
  const entries = async (outcome: string) =>
    shop.rows(`select 1 from admin_audit where action = $1 and target = $2 and outcome = $3`, [
      'session.second_factor',
      email,
      outcome,
    ])
  return { email, password, press, cookie, entries }
}

type Pressed = Awaited<ReturnType<Awaited<ReturnType<typeof atSecondStep>>['press']>>
const told = ({ status, leadsTo, session }: Pressed) => ({ status, leadsTo, session })

it.each([
  ['at once', async (press: () => Promise<Pressed>) => Promise.all([press(), press()])],
  ['one after the other', async (press: () => Promise<Pressed>) => [await press(), await press()]],
] as const)('leads both presses into the same session: %s', async (_when, twice) => {
  const { press, cookie, entries } = await atSecondStep()
  const [one, two] = await twice(press)
  if (!one || !two) throw new Error('two presses were made')
  expect([one.status, one.leadsTo]).toEqual([303, '/admin/links'])
  expect(one.session).not.toBe(cookie)
  expect(told(two)).toEqual(told(one))
  for (const { browser } of [one, two]) expect((await browser.get('/admin/links')).status).toBe(200)
  expect(await entries('applied')).toHaveLength(1)
  expect(await entries('refused')).toEqual([])
})

it('can be sent again with another code after a wrong one', async () => {
  const { press } = await atSecondStep()
  expect((await press({ code: '000000' })).status).toBe(422)
  expect((await press()).leadsTo).toBe('/admin/links')
})

it('leads nobody in who has only some of what was sent', async () => {
  const { email, password, press, cookie } = await atSecondStep()
  expect((await press()).leadsTo).toBe('/admin/links')
  const other = aBrowser(shop.origin)
  await other.post('/sign-in', { email, password })
  const turnedAway = async (change: Record<string, string>) => {
    const { leadsTo, session } = await press(change)
    expect([leadsTo, session]).toEqual(['/sign-in?next=%2Fadmin%2Flinks', cookie])
  }
  await turnedAway({ key: '' })
  await turnedAway({ key: 'another' })
  await turnedAway({ code: '000000' })
  expect((await press({}, other.cookie('session'))).status).toBe(422)
})

it('leads nobody in whose first press was undone, or long ago', async () => {
  const { press } = await atSecondStep()
  const { browser } = await press()
  await browser.post('/sign-out', {})
  expect((await press()).leadsTo).toBe('/sign-in?next=%2Fadmin%2Flinks')

  const late = await atSecondStep()
  expect((await late.press()).leadsTo).toBe('/admin/links')
  await moveClock(shop.database.ownerUrl, '61 seconds')
  expect((await late.press()).leadsTo).toBe('/sign-in?next=%2Fadmin%2Flinks')
})
