/** The largest body that a request may have, in bytes: 500 cities by name fit twice. */
export const maxBodyBytes = 262_144
/** Stripe's events may be larger. */
export const maxWebhookBytes = 1_048_576
/** Above the limit we still read this much and throw it away, so that the sender gets to hear the answer. */
const maxDrainBytes = 16 * maxWebhookBytes

export type Body =
  { ok: true; text: string } | { ok: false; code: 'too_large' | 'malformed'; message: string }

/**
 * The request's body as UTF-8 text, exactly as sent. Keeps at most the limit in memory. Text that is not
 * UTF-8 is malformed: decoding it would change its bytes.
 */
export async function readBody(request: Request, maxBytes = maxBodyBytes): Promise<Body> {
  // Node itself discards a body of which no reading has begun.
  if (Number(request.headers.get('content-length')) > maxBytes) return tooLarge(maxBytes)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader && size <= maxDrainBytes) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size <= maxBytes) chunks.push(value)
  }
  if (size > maxBytes) return tooLarge(maxBytes)
  try {
    // A byte order mark is part of what was signed.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return { ok: true, text: decoder.decode(Buffer.concat(chunks)) }
  } catch {
    return { ok: false, code: 'malformed', message: 'The body is not UTF-8 text.' }
  }
}

function tooLarge(maxBytes: number): Body {
  return { ok: false, code: 'too_large', message: `The body is larger than ${maxBytes / 1_024} KB.` }
}
