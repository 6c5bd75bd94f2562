import type { z } from 'zod'
import type { Deed } from '@/lib/accounts/principal'
import type { RateLimitName } from '@/lib/config'
import type { FailureCode } from '@/app/web/envelope'

/**
 * One call of the API, described once: what is sent and answered is checked by it, typed by it, and documented
 * from it (`openapi.ts`).
 */
export interface Call<Params = unknown, Query = unknown, Body = unknown, Data = unknown, RoleData = unknown> {
  /** A name for generated clients, such as `expandInventory`. */
  id: string
  method: 'GET' | 'POST' | 'DELETE'
  /** With parameters in braces: `/api/inventory/{cityId}`. */
  path: string
  summary: string
  description?: string
  /** Who may make it. */
  who: 'anyone' | Deed
  /** How the audit log names it: for calls that change something and need a role. */
  action?: string
  params?: z.ZodType<Params>
  /** An object, so that its names are known. */
  query?: z.ZodType<Query> & { readonly shape: Readonly<Record<string, unknown>> }
  body?: z.ZodType<Body>
  answer: Answer<Data>
  /** What somebody with a role gets instead of `answer`, where that is something else. */
  answerWithRole?: Answer<RoleData>
  /** Codes besides those that every call may answer. */
  failures?: readonly FailureCode[]
  limit?: RateLimitName
  /** Takes an `Idempotency-Key`. */
  once?: boolean
  /** Pages of the listed other sites may read it. */
  isPublicRead?: boolean
  /** For load balancers: nobody is limited, and no header is asked who calls. */
  isProbe?: boolean
  examples?: readonly Example[]
}

export interface Answer<Data> {
  status: 200 | 201
  description: string
  /** The envelope's `data`. */
  data: z.ZodType<Data>
  /** `events`: server-sent events that each carry the data. Default: one JSON envelope. */
  as?: 'events' | 'text' | 'html' | 'document'
  /** A bulk call may do a part: then `success` is false, and `code` is `partial`. */
  mayBePartial?: boolean
}

/** A request that may be sent as it is to a shop with the seed data. */
export interface Example {
  summary: string
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  status: number
}

/** Keeps the types of a description. */
export function describeCall<Params, Query, Body, Data, RoleData = never>(
  call: Call<Params, Query, Body, Data, RoleData>,
): Call<Params, Query, Body, Data, RoleData> {
  return call
}
