import type { Failure } from './envelope'
import { readBody } from './read-body'

export type Read<T> = { ok: true; value: T } | { ok: false; failure: Failure }

/** The text of a body that says it is JSON. */
export async function readJsonText(request: Request): Promise<Read<string>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    return refused({
      code: 'unsupported_media_type',
      message: 'Send JSON, with Content-Type: application/json.',
    })
  }
  const coding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (coding !== 'identity') {
    return refused({
      code: 'unsupported_media_type',
      message: 'Send the body as it is, without Content-Encoding.',
      // RFC 9110, 15.5.16
      headers: { 'Accept-Encoding': 'identity' },
    })
  }
  const body = await readBody(request)
  return body.ok ? { ok: true, value: body.text } : refused(body)
}

/** JSON, not yet checked for its shape. */
export function parseJson(text: string): Read<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return refused({ code: 'malformed', message: 'The body is not valid JSON.' })
  }
}

function refused(failure: Failure): { ok: false; failure: Failure } {
  return { ok: false, failure }
}
