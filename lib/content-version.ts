import { createHash } from 'node:crypto'

/**
 * A short name for a content: the same for the same content. A form carries the version that its admin saw, so that
 * a change based on an older one is refused instead of overwriting somebody else's.
 *
 * @param content plain JSON; the order of its keys counts
 */
export function contentVersion(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 16)
}
