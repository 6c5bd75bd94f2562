import { createHash } from 'node:crypto'

/** An answer as it is sent. */
export interface SentAnswer {
  /** A digest of the content: the same in every process, changed only when the answer changes. */
  id: string
  json: string
}

/** Writes an answer once, for all who get it. */
export function sentAnswer(content: unknown): SentAnswer {
  const json = JSON.stringify(content)
  return { id: createHash('sha256').update(json).digest('base64url').slice(0, 16), json }
}
