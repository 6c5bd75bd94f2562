import { expect, test } from 'vitest'
import type { RequestContext } from '@/app/web/request-context'
import { requirePrincipal } from '@/app/web/require-principal'
import type { CurrentSession } from '@/lib/accounts/sessions'

/** Where somebody is sent whose session is over, or not yet there. */
async function sentTo(method: string, path: string, session?: CurrentSession) {
  const authentication = { session: async () => session }
  const context = { method, path, authentication } as unknown as RequestContext
  const thrown: unknown = await requirePrincipal(context, 'see').catch((error: unknown) => error)
  if (!(thrown instanceof Response)) throw new Error('Nobody was sent anywhere')
  return [thrown.status, thrown.headers.get('location')]
}

const half = { principal: { kind: 'nobody' } } as unknown as CurrentSession

test('a page is where they go on after they have signed in', async () => {
  expect(await sentTo('GET', '/admin')).toEqual([302, '/sign-in'])
  expect(await sentTo('GET', '/admin/links?cityId=a')).toEqual([
    302,
    '/sign-in?next=%2Fadmin%2Flinks%3FcityId%3Da',
  ])
})

test('who sends a form is told that its session has ended, and goes on at its page', async () => {
  expect(await sentTo('POST', '/admin/cities/a/expand.data?tier=ga')).toEqual([
    303,
    '/sign-in?ended=before&next=%2Fadmin%2Fcities%2Fa%2Fexpand%3Ftier%3Dga',
  ])
  expect(await sentTo('POST', '/admin')).toEqual([303, '/sign-in?ended=before'])
})

test('who has still to take the second step goes on at the form’s page, too', async () => {
  expect(await sentTo('POST', '/admin/links', half)).toEqual([
    303,
    '/sign-in/second-factor?next=%2Fadmin%2Flinks',
  ])
})
