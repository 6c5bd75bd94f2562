import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { PublicAnswer } from './public-answer'

/** How long a browser or a proxy may show a public number without asking again, in seconds. */
const freshSeconds = 1

/** A public answer ready to be sent: the same bytes for everybody, made once for each version of the stock. */
export interface PublicRead {
  /** Weak, since it is the same for each encoding. */
  etag: string
  identity: Buffer
  encoded(encoding: 'br' | 'gzip'): Buffer
}

/** The one definition of what `GET /api/inventory` answers without session or token. */
export function publicRead(answer: PublicAnswer): PublicRead {
  const known = made.get(answer)
  if (known) return known
  const identity = Buffer.from(`{"success":true,"data":${answer.json}}`)
  const encodings = new Map<string, Buffer>()
  const read: PublicRead = {
    etag: `W/"${answer.id}"`,
    identity,
    encoded(encoding) {
      const bytes = encodings.get(encoding) ?? encode(identity, encoding)
      encodings.set(encoding, bytes)
      return bytes
    },
  }
  made.set(answer, read)
  return read
}

/** Below this many bytes compressing does not pay. */
export const smallestEncoded = 512

export const publicReadHeaders = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': `public, max-age=${freshSeconds}`,
  // An admin who is signed in gets other numbers from the same address.
  Vary: 'Accept-Encoding, Authorization, Cookie, Origin',
} as const

/** Whether the client has this version already (RFC 9110, 13.1.2). */
export function isKnown(etag: string, ifNoneMatch: string | null | undefined): boolean {
  if (!ifNoneMatch) return false
  const plain = etag.replace(/^W\//, '')
  return ifNoneMatch.split(',').some((one) => {
    const known = one.trim()
    return known === '*' || known.replace(/^W\//, '') === plain
  })
}

/** A public read as a route answers it. */
export function publicReadResponse(body: string, etag: string, request: Request): Response {
  const headers = { ...publicReadHeaders, ETag: etag }
  if (isKnown(etag, request.headers.get('if-none-match'))) return new Response(null, { status: 304, headers })
  return new Response(body, { headers })
}

const made = new WeakMap<PublicAnswer, PublicRead>()

function encode(bytes: Buffer, encoding: 'br' | 'gzip'): Buffer {
  if (encoding === 'gzip') return gzipSync(bytes)
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
}
