import { z } from 'zod'
import { maxTextLength } from './outside-text'

const address = z.email().max(maxTextLength)

/** Reads an email address from outside: trimmed, lower case. Null when it cannot be one. */
export function parseEmail(input: unknown): string | null {
  const parsed = address.safeParse(typeof input === 'string' ? input.trim().toLowerCase() : input)
  return parsed.success ? parsed.data : null
}
