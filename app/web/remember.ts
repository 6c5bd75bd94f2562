/** What this process remembers, by name, of a limited number. */
export interface Memory<Value> {
  get(name: string): Value | undefined
  note(name: string, value: Value): void
  forget(name: string): void
}

/**
 * A memory that a flood of invented names does not fill: the name that was noted longest ago makes room for the next.
 *
 * @param most how many names it keeps
 */
export function remember<Value>(most: number): Memory<Value> {
  const values = new Map<string, Value>()
  return {
    get: (name) => values.get(name),
    note(name, value) {
      // A map keeps the order of insertion, so the latest name comes last.
      values.delete(name)
      values.set(name, value)
      const [oldest] = values.keys()
      if (values.size > most && oldest !== undefined) values.delete(oldest)
    },
    forget(name) {
      values.delete(name)
    },
  }
}
