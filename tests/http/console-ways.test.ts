import { expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'
import { listRoutes } from '../support/route-list'

/** A page that no link leads to is found by those alone who know its address by heart. */

const { shop, callers } = callersSuite()

/** Pages that are of no single thing. Recovery codes are for those who have an app or a passkey. */
const pages = listRoutes()
  .filter(({ file, pattern }) => file.startsWith('admin/') && file.endsWith('.tsx') && !/[:*]/.test(pattern))
  .map(({ pattern }) => pattern)
  .filter((pattern) => pattern !== '/admin/security/recovery-codes')

it('every page of the console is reached by links, though nothing may need attention', async () => {
  const headers = await callers.session('owner')
  const reached = new Set(['/admin/payments'])
  for (const path of reached) {
    // What needs attention leads to pages that stand there.
    if (path === '/admin') continue
    const answer = await fetch(new URL(path, shop.origin), { headers })
    for (const [, href = ''] of (await answer.text()).matchAll(/<a [^>]*href="([^"]+)"/g)) {
      const { origin, pathname } = new URL(href.replaceAll('&amp;', '&'), shop.origin)
      if (origin === shop.origin && pages.includes(pathname)) reached.add(pathname)
    }
  }
  expect([...reached].sort()).toEqual(pages.toSorted())
})
