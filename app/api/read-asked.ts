import type { z } from 'zod'
import type { Failure } from '@/app/web/envelope'
import { parseJson, readJsonText } from '@/app/web/read-json'
import type { Call } from './describe'

/** What a call asks for, checked against its description. */
export interface Asked<Params, Query, Body> {
  params: Params
  query: Query
  body: Body
  /** The body's text, byte for byte; empty for a call without one. */
  text: string
}

export type AskedResult<Params, Query, Body> =
  { ok: true; asked: Asked<Params, Query, Body> } | { ok: false; failure: Failure }

/** Reads path, query and body, in this order; the first thing that is wrong is the answer. */
export async function readAsked<Params, Query, Body>(
  call: Call<Params, Query, Body>,
  request: Request,
  params: Record<string, string | undefined>,
): Promise<AskedResult<Params, Query, Body>> {
  const path = check(call.params, params)
  if (!path.ok) return path
  const search = new URL(request.url).searchParams
  const repeated = Object.keys(call.query?.shape ?? {}).find((name) => search.getAll(name).length > 1)
  if (repeated !== undefined) return invalid(`${repeated} is given more than once`, repeated)
  const query = check(call.query, Object.fromEntries(search))
  if (!query.ok) return query
  if (!call.body) {
    const body = undefined as Body
    return { ok: true, asked: { params: path.value, query: query.value, body, text: '' } }
  }
  const text = await readJsonText(request)
  if (!text.ok) return text
  const json = parseJson(text.value)
  if (!json.ok) return json
  const body = check(call.body, json.value)
  if (!body.ok) return body
  return {
    ok: true,
    asked: { params: path.value, query: query.value, body: body.value, text: text.value },
  }
}

type Checked<T> = { ok: true; value: T } | { ok: false; failure: Failure }

/** Without a schema there is nothing to read. */
function check<T>(schema: z.ZodType<T> | undefined, input: unknown): Checked<T> {
  if (!schema) return { ok: true, value: undefined as T }
  const parsed = schema.safeParse(input)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  return invalid(issue?.message ?? 'The request is not valid', issue?.path.join('.'))
}

function invalid(message: string, field?: string): { ok: false; failure: Failure } {
  return { ok: false, failure: { code: 'invalid', message, data: field ? { field } : undefined } }
}
