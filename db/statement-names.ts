import { createHash } from 'node:crypto'
import { withoutMark } from './ahead'

/** A text is worth preparing from its third use on: texts made for one occasion never come so far. */
const usesBefore = 2
/** The most texts that are counted or prepared. Every connection keeps its own copy of the prepared ones. */
const mostTexts = 400

/** Which texts are prepared, and under which name. */
export class StatementNames {
  readonly #uses = new Map<string, number>()
  readonly #names = new Map<string, string>()

  of(text: string): string | undefined {
    const name = this.#names.get(text)
    if (name !== undefined) return name
    const uses = (this.#uses.get(text) ?? 0) + 1
    if (uses <= usesBefore) {
      if (this.#uses.size >= mostTexts) this.#uses.clear()
      this.#uses.set(text, uses)
      return undefined
    }
    if (this.#names.size >= mostTexts || !isPreparable(text)) return undefined
    const fresh = createHash('sha1').update(text).digest('hex')
    this.#names.set(text, fresh)
    this.#uses.delete(text)
    return fresh
  }
}

/**
 * A prepared statement breaks when a migration changes the columns it answers, so nothing that answers "all columns" is
 * prepared. An insert answers only what it returns.
 */
function isPreparable(text: string): boolean {
  const [, verb] = /^\s*(select|insert|update|delete|with)\b/i.exec(withoutMark(text)) ?? []
  if (verb === undefined) return false
  const allColumns =
    verb.toLowerCase() === 'insert' ? /\breturning\b.*\*/is : /\*\s+from|\.\*|returning\s+\*/i
  return !allColumns.test(text)
}
