import type {
  ActionFunctionArgs,
  AppLoadContext,
  HeadersFunction,
  LoaderFunctionArgs,
  ServerBuild,
} from '@remix-run/node'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import {
  failure,
  methodNotAllowed,
  rateLimited,
  retryAfterSeconds,
  statusOf,
  type FailureCode,
} from './envelope'
import { isUnavailable } from './unavailable'

type Route = NonNullable<ServerBuild['routes'][string]>
type Handler = NonNullable<Route['module']['loader'] | Route['module']['action']>
type HandlerArgs = LoaderFunctionArgs & ActionFunctionArgs

/** What an error boundary gets to know of a failed loader or action. */
export interface RouteFailure {
  requestId: string
  /** Set for a caller who asks too often. */
  retryAfterSeconds?: number
}

/**
 * Wraps every loader and action of a build, so that one place decides what an unexpected error looks like:
 * logged once with its request id, 503 with `Retry-After` when the database is away, else 500; as an envelope
 * where the route is an API, else as a response for the error boundary. Nothing of the error itself gets out.
 */
export function guardRoutes(build: ServerBuild): ServerBuild {
  const routes = Object.fromEntries(
    Object.entries(build.routes).flatMap(([id, route]) => (route ? [[id, guardRoute(id, route)]] : [])),
  )
  return { ...build, routes }
}

function guardRoute(id: string, route: Route): Route {
  const { loader, action } = route.module
  const isApi = route.module.default === undefined
  if (!isApi) {
    return {
      ...route,
      module: {
        ...route.module,
        loader: loader && guardPage(id, loader, methodsOf(loader, pageMethods)),
        // A missing action would make Remix answer without saying what there is.
        action: action
          ? guardPage(id, action, [...pageMethods, ...methodsOf(action, ['POST'])])
          : guardPage(id, neverCalled, pageMethods),
        headers: route.module.headers ?? keepRetryAfter,
      },
    }
  }
  const allowed = [...methodsOf(loader, ['GET', 'HEAD']), ...methodsOf(action, ['POST'])]
  return {
    ...route,
    module: {
      ...route.module,
      // A missing loader would make Remix log a stack and answer 400.
      loader: guardApi(id, loader ?? action ?? neverCalled, allowed),
      action: guardApi(id, action ?? loader ?? neverCalled, allowed),
    },
  }
}

/** Handlers of described calls, and of addresses that are not there, say themselves which methods they know. */
function methodsOf(handler: Handler | undefined, usual: readonly string[]): readonly string[] {
  if (!handler) return []
  return 'methods' in handler ? (handler.methods as readonly string[]) : usual
}

/** A page without headers of its own takes its parent's; an error's or a refused form's would be lost. */
const keepRetryAfter: HeadersFunction = ({ parentHeaders, actionHeaders, errorHeaders }) => {
  const headers = new Headers(parentHeaders)
  for (const name of ['Retry-After', 'Allow']) {
    const value = errorHeaders?.get(name) ?? actionHeaders.get(name)
    if (value) headers.set(name, value)
  }
  return headers
}

const neverCalled: Handler = ({ context }) => methodNotAllowed(context, [])

function guardApi(id: string, handler: Handler, allowed: readonly string[]): Handler {
  return async (args: HandlerArgs) => {
    const { request, context } = args
    context.handledBy(id)
    if (request.method === 'OPTIONS' && !allowed.includes('OPTIONS'))
      return new Response(null, { status: 204, headers: { Allow: allowed.join(', ') } })
    if (!allowed.includes(request.method)) return methodNotAllowed(context, allowed)
    if (context.secondsToWait !== null) return failure(context, rateLimited(context.secondsToWait))
    try {
      return await handler(args)
    } catch (error) {
      if (error instanceof Response) return error
      const code = codeFor(error, context)
      return failure(context, { code, message: messages[code] })
    }
  }
}

function guardPage(id: string, handler: Handler, allowed: readonly string[]): Handler {
  return async (args: HandlerArgs) => {
    args.context.handledBy(id)
    // Remix hands every method that is not a read to the action.
    if (!allowed.includes(args.request.method)) {
      throw new Response(null, { status: 405, headers: { Allow: allowed.join(', ') } })
    }
    if (args.context.secondsToWait !== null) throw mustWait(args.context, args.context.secondsToWait)
    try {
      return await handler(args)
    } catch (error) {
      if (error instanceof Response) throw error
      const status = statusOf(codeFor(error, args.context))
      const data: RouteFailure = { requestId: args.context.requestId }
      throw Response.json(data, {
        status,
        headers: status === 503 ? { 'Retry-After': String(retryAfterSeconds) } : {},
      })
    }
  }
}

function mustWait({ requestId }: AppLoadContext, retryAfterSeconds: number): Response {
  const data: RouteFailure = { requestId, retryAfterSeconds }
  const { code, headers } = rateLimited(retryAfterSeconds)
  return Response.json(data, { status: statusOf(code), ...(headers && { headers }) })
}

const pageMethods = ['GET', 'HEAD']

type ErrorCode = Extract<FailureCode, 'unavailable' | 'internal'>

const messages: Record<ErrorCode, string> = {
  unavailable: 'We cannot answer at the moment. Try again shortly.',
  internal: 'Something went wrong on our side. Try again; if it stays, tell us the request id.',
}

function codeFor(error: unknown, { requestId, signal }: AppLoadContext): ErrorCode {
  const code = isUnavailable(error) ? 'unavailable' : 'internal'
  // An error after the client has gone comes of its going.
  if (signal.aborted) log().debug({ requestId, code }, 'request abandoned')
  else if (code === 'unavailable')
    log().warn({ requestId, code, detail: errorText(error) }, 'request not served')
  else log().error({ requestId, code, err: error }, 'request failed')
  return code
}
