import type { ActionFunctionArgs, AppLoadContext, LoaderFunctionArgs } from '@remix-run/node'
import { callerOf } from '@/app/web/authentication'
import type { Failure } from '@/app/web/envelope'
import { auditContextOf } from '@/app/web/request-context'
import type { Principal } from '@/lib/accounts/principal'
import type { Connection } from '@/lib/database'
import { admit, permit } from './admit'
import { type AuditTrail, codeOf, recordRefusal } from './audit-trail'
import type { Call } from './describe'
import { claimRequest } from './once'
import { type CallOutcome, failed, responseOf, write, type WrittenAnswer } from './outcome'
import { type Asked, readAsked } from './read-asked'

/** What a handler is given: all of it is checked, and the caller may make the call. */
export interface AskedCall<Params, Query, Body, Data> extends Asked<Params, Query, Body> {
  principal: Principal
  request: Request
  context: AppLoadContext
  audit: AuditTrail
  /**
   * Keeps the answer for a request that comes again, in the transaction of its effect. Does nothing for a request
   * without an `Idempotency-Key`.
   */
  settle: (outcome: CallOutcome<Data>, connection: Connection) => Promise<void>
  /** The same whenever this request comes again with its `Idempotency-Key`; null without one. */
  secretName: string | null
}

type Handle<Params, Query, Body, Data> = (
  asked: AskedCall<Params, Query, Body, Data>,
) => Promise<CallOutcome<Data> | Response>

/** What answers a described call. */
export type HandlerOf<Described> =
  Described extends Call<infer Params, infer Query, infer Body, infer Data, infer RoleData>
    ? Handle<Params, Query, Body, Data | RoleData>
    : never

/** A loader or action that answers one described call. `methods` is what the route guard lets through. */
export type CallHandler = ((args: HandlerArgs) => Promise<Response>) & { methods: readonly string[] }
type HandlerArgs = LoaderFunctionArgs | ActionFunctionArgs

/**
 * Answers a call as it is described: who may, how often, what is sent; then the handler. Refused calls that would
 * change something are recorded, and answers are kept for requests that come again.
 */
export function answer<Params, Query, Body, Data, RoleData>(
  call: Call<Params, Query, Body, Data, RoleData>,
  handle: Handle<Params, Query, Body, Data | RoleData>,
): CallHandler {
  const answerCall = async (args: HandlerArgs): Promise<Response> => {
    const principal = await callerOf(args.context.authentication)
    const actor = principal ?? ({ kind: 'nobody' } as const)
    const audit: AuditTrail = { context: auditContextOf(args.context, actor), isRecorded: false }
    try {
      const answered = await attempt(call, handle, args, principal, audit)
      if (answered instanceof Response) return answered
      const { written, isReplayed = false } = answered
      if (call.action && !isReplayed && !audit.isRecorded && written.status >= 400) {
        await recordRefusal(audit, call.action, { code: codeOf(written), isOurFault: false })
      }
      return responseOf(written, isReplayed ? { 'Idempotency-Replayed': 'true' } : {})
    } catch (error) {
      if (call.action && !audit.isRecorded && !(error instanceof Response)) {
        // While the database is away there is nowhere to write it; the error itself is what matters.
        await recordRefusal(audit, call.action, { code: 'unexpected', isOurFault: true }).catch(() => {})
      }
      throw error
    }
  }
  return Object.assign(answerCall, { methods: call.method === 'GET' ? ['GET', 'HEAD'] : [call.method] })
}

/** The calls of one address that are not GET, by their method. */
export function byMethod(handlers: Partial<Record<'POST' | 'DELETE', CallHandler>>): CallHandler {
  const handle = async (args: HandlerArgs) => {
    const handler = Object.entries(handlers).find(([method]) => method === args.request.method)?.[1]
    // The route guard let nothing else through.
    if (!handler) throw new Error(`No handler for ${args.request.method}`)
    return handler(args)
  }
  return Object.assign(handle, { methods: Object.keys(handlers) })
}

type Answered = Response | { written: WrittenAnswer; isReplayed?: boolean }

async function attempt<Params, Query, Body, Data>(
  call: Call<Params, Query, Body>,
  handle: Handle<Params, Query, Body, Data>,
  { request, params, context }: HandlerArgs,
  principal: Principal | null,
  audit: AuditTrail,
): Promise<Answered> {
  const toWritten = (outcome: CallOutcome<Data>) => write(outcome, context.requestId, call.answer.status)
  const refuse = (failure: Failure): Answered => ({ written: toWritten(failed(failure)) })

  const admitted = await admit(call, principal, context)
  if (!admitted.ok) return refuse(admitted.failure)
  const read = await readAsked(call, request, params)
  if (read.ok) audit.body = read.asked.body
  const permitted = call.body ? permit(call.who, await senderOfBody(context)) : admitted
  if (!permitted.ok) return refuse(permitted.failure)
  if (!read.ok) return refuse(read.failure)

  const base = { ...read.asked, principal: permitted.principal, request, context, audit }
  const header = call.once ? request.headers.get('idempotency-key') : null
  if (header === null) {
    const outcome = await handle({ ...base, settle: async () => {}, secretName: null })
    return outcome instanceof Response ? outcome : { written: toWritten(outcome) }
  }
  const claimed = await claimRequest(header, call, base)
  switch (claimed.state) {
    case 'refused':
      return refuse(claimed.failure)
    case 'answered':
      return { written: claimed.written, isReplayed: true }
    case 'run': {
      const { once } = claimed
      return once.finish(async () => {
        const settle = (outcome: CallOutcome<Data>, connection: Connection) =>
          once.settle(toWritten(outcome), connection)
        const outcome = await handle({ ...base, settle, secretName: once.secretName })
        return outcome instanceof Response ? outcome : { written: toWritten(outcome) }
      })
    }
  }
}

/** Asked once it has come: it may take half a minute, in which a session ends, or a token is revoked. */
function senderOfBody({ authentication }: AppLoadContext): Promise<Principal | null> {
  authentication.forget()
  return callerOf(authentication)
}
