import type { ActionFunctionArgs, LoaderFunctionArgs, ServerBuild } from '@remix-run/node'
import { beforeAll, expect, it, vi } from 'vitest'
import { guardRoutes } from '@/app/web/guard-routes'

type Module = Partial<ServerBuild['routes'][string]> extends { module?: infer M } ? Partial<M> : never

beforeAll(() => {
  process.env.DATABASE_URL ??= 'postgres://localhost/none'
})

const unreachable = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })

function guarded(module: Module, secondsToWait: number | null = null) {
  const build = { routes: { 'a-route': { id: 'a-route', module } } } as unknown as ServerBuild
  const route = guardRoutes(build).routes['a-route']
  if (!route) throw new Error('the route is gone')
  const call = async (handler: 'loader' | 'action', method: string): Promise<unknown> => {
    const args = {
      request: new Request('http://localhost/', { method }),
      params: {},
      context: {
        requestId: 'r-1',
        signal: new AbortController().signal,
        handledBy: () => {},
        secondsToWait,
      },
    } as unknown as LoaderFunctionArgs & ActionFunctionArgs
    return route.module[handler]?.(args)
  }
  return { call, module: route.module }
}

const throws = (error: unknown) => () => {
  throw error
}
const page = () => null

it('answers 503 and an envelope for an API while the database is away', async () => {
  const response = (await guarded({ loader: throws(unreachable) }).call('loader', 'GET')) as Response
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
  expect(await response.json()).toMatchObject({ success: false, code: 'unavailable', requestId: 'r-1' })
})

it('answers 500 for a fault of ours, and says nothing about it', async () => {
  const { call } = guarded({ action: throws(new Error('column "secret" does not exist')) })
  const response = (await call('action', 'POST')) as Response
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('secret')
})

it('throws a response with the request id to the error page of a page', async () => {
  const { call } = guarded({ default: page, loader: throws(unreachable) })
  const thrown = (await call('loader', 'GET').catch((error: unknown) => error)) as Response
  expect(thrown.status).toBe(503)
  expect(await thrown.json()).toEqual({ requestId: 'r-1' })
})

it('answers a caller who must wait with that alone', async () => {
  const loader = vi.fn()
  const thrown = (await guarded({ default: page, loader }, 30)
    .call('loader', 'GET')
    .catch((error: unknown) => error)) as Response
  expect([thrown.status, thrown.headers.get('retry-after')]).toEqual([429, '30'])
  expect(await thrown.json()).toEqual({ requestId: 'r-1', retryAfterSeconds: 30 })
  const response = (await guarded({ loader }, 30).call('loader', 'GET')) as Response
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
  expect(loader).not.toHaveBeenCalled()
})

it('lets responses pass that a handler throws on purpose', async () => {
  const notFound = new Response(null, { status: 404 })
  await expect(guarded({ default: page, loader: throws(notFound) }).call('loader', 'GET')).rejects.toBe(
    notFound,
  )
  expect(await guarded({ loader: throws(notFound) }).call('loader', 'GET')).toBe(notFound)
})

it.each(['PUT', 'PATCH', 'DELETE'])('refuses %s where only POST is known', async (method) => {
  const response = (await guarded({ action: () => new Response('done') }).call('action', method)) as Response
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
})

it('refuses GET where there is no loader, and tells OPTIONS what there is', async () => {
  const { call } = guarded({ action: () => new Response('done') })
  expect(((await call('loader', 'GET')) as Response).status).toBe(405)
  const options = (await call('loader', 'OPTIONS')) as Response
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST'])
})

it.each(['GET', 'PUT', 'OPTIONS'])('leaves %s to a route that knows every method', async (method) => {
  const methods = ['GET', 'PUT', 'OPTIONS']
  const notFound = new Response(null, { status: 404 })
  const loader = Object.assign(() => notFound, { methods })
  expect(await guarded({ loader, action: loader }).call('loader', method)).toBe(notFound)
  const answer = guarded({ default: page, loader, action: loader }).call('action', method)
  expect(await answer).toBe(notFound)
})

it('adds no loader to a page that has none', () => {
  expect(guarded({ default: page }).module.loader).toBeUndefined()
})
