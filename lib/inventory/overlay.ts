/** A read-only map over another: what `above` holds hides what `below` holds. */
export class Overlay<V> implements ReadonlyMap<string, V> {
  constructor(
    private readonly below: ReadonlyMap<string, V>,
    private readonly above: ReadonlyMap<string, V>,
  ) {}

  get(key: string): V | undefined {
    return this.above.get(key) ?? this.below.get(key)
  }

  has(key: string): boolean {
    return this.above.has(key) || this.below.has(key)
  }

  get size(): number {
    return [...this.keys()].length
  }

  *entries(): MapIterator<[string, V]> {
    yield* this.above.entries()
    for (const pair of this.below.entries()) if (!this.above.has(pair[0])) yield pair
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this)
  }
}
