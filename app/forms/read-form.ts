import { readBody } from '@/app/web/read-body'

/**
 * A form as browsers send it (`application/x-www-form-urlencoded`). To be read before anybody asks who sends it: its sender
 * may take half a minute, in which a session ends or a role is taken away.
 *
 * @throws Response 413 or 415, for the error page
 */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') throw new Response(null, { status: 415 })
  const body = await readBody(request)
  if (!body.ok) throw new Response(null, { status: body.code === 'too_large' ? 413 : 400 })
  return new URLSearchParams(body.text)
}

/** A field in which a script has put JSON; null where it has not. */
export function parseJsonField(form: URLSearchParams, name: string): unknown {
  try {
    return JSON.parse(form.get(name) ?? '') as unknown
  } catch {
    return null
  }
}
