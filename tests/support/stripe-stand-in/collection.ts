/** Objects of one kind, by id and in the order in which they were made. */
export class Collection<T extends { id: string }> {
  readonly #byId = new Map<string, T>()
  #inOrder: T[] = []

  get(id: string): T | undefined {
    return this.#byId.get(id)
  }

  /** An id that is there already keeps its place and gets the new content. */
  add(item: T): T {
    const known = this.#byId.get(item.id)
    if (known) this.#inOrder[this.#inOrder.indexOf(known)] = item
    else this.#inOrder.push(item)
    this.#byId.set(item.id, item)
    return item
  }

  get size(): number {
    return this.#inOrder.length
  }

  oldestFirst(): T[] {
    return [...this.#inOrder]
  }

  newestFirst(): T[] {
    return this.oldestFirst().reverse()
  }

  /** What was added after there were `count`, oldest first. */
  since(count: number): T[] {
    return this.#inOrder.slice(count)
  }

  replaceAll(items: readonly T[]): void {
    this.#byId.clear()
    this.#inOrder = []
    for (const item of items) this.add(item)
  }
}
