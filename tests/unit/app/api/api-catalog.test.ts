import { expect, it } from 'vitest'
import { catalog } from '@/app/api/catalog'
import { describeApi } from '@/app/api/openapi'
import { listRoutes } from '@/tests/support/route-list'

/** Not calls of other systems: Stripe's own, and whatever is not there. */
const notDescribed = ['/api/webhooks/stripe', '/api/*']

it('describes each address that is no page', () => {
  const addresses = listRoutes()
    .filter(({ file }) => /^(api\/|metrics|healthz|readyz)/.test(file))
    .map(({ pattern }) => pattern.replaceAll(/:(\w+)/g, '{$1}'))
    .filter((pattern) => !notDescribed.includes(pattern))
  expect([...new Set(catalog.map(({ path }) => path))].toSorted()).toEqual(addresses.toSorted())
})

it.each(['/healthz', '/readyz'])('tells anyone of %s, which neither counts nor asks who calls', (path) => {
  const { paths } = JSON.parse(describeApi('public', 'http://localhost').json) as {
    paths: Record<string, { get: { responses: Record<string, unknown> } }>
  }
  const statuses = Object.keys(paths[path]?.get.responses ?? {})
  expect(statuses).toEqual(['200', '400', '414', '500', '503'])
})

it.each([
  ['public', ['Seats left', 'Checkout', 'The service itself']],
  ['all', ['Seats left', 'Checkout', 'Changes of stock', 'All numbers', 'The service itself']],
] as const)('puts each call in one group, and names no group without calls: %s', (audience, groups) => {
  const { tags, paths } = JSON.parse(describeApi(audience, 'http://localhost').json) as {
    tags: { name: string }[]
    paths: Record<string, Record<string, { tags: string[] }>>
  }
  expect(tags.map(({ name }) => name)).toEqual(groups)
  const used = Object.values(paths).flatMap((calls) => Object.values(calls).map((call) => call.tags.join()))
  expect(new Set(used)).toEqual(new Set(groups))
})
