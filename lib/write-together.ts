import { isAboutContent, isLockTimeout } from './content-fault'

export interface WriteTogether<Item, Result> {
  /** Items written together at most; beyond that the transaction itself becomes the wait. */
  largest: number
  /** Items of one line are written one batch after the other; lines do not wait for each other. */
  lineOf: (item: Item) => string
  /** Writes a batch, all or nothing, and answers for each item in its order. */
  write: (items: readonly Item[]) => Promise<Result[]>
}

/**
 * Group commit. Items that arrive while others are being written are written together, first come first served. An item
 * that comes alone starts at once. When a batch fails through the fault of one item, each is tried alone, so that none
 * suffers for another.
 *
 * @returns a function that writes one item and answers, or throws what its write threw
 */
export function writeTogether<Item, Result>({
  largest,
  lineOf,
  write,
}: WriteTogether<Item, Result>): (item: Item) => Promise<Result> {
  const lines = new Map<string, Waiting<Item, Result>[]>()

  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await write(batch.map(({ item }) => item))
      if (results.length !== batch.length) throw new Error('A batch was not answered item by item')
      for (const [index, result] of results.entries()) batch[index]?.resolve(result)
    } catch (error) {
      // Not after a lock time-out: each item would wait its whole time for the same locked row, one after the other.
      const isFaultOfOne = isAboutContent(error) && !isLockTimeout(error)
      if (batch.length > 1 && isFaultOfOne) for (const waiting of batch) await settle([waiting])
      else for (const waiting of batch) waiting.reject(error)
    }
  }
  const serve = async (line: string, first: Waiting<Item, Result>): Promise<void> => {
    for (let batch = [first]; batch.length > 0; batch = (lines.get(line) ?? []).splice(0, largest))
      await settle(batch)
    lines.delete(line)
  }
  return (item) =>
    new Promise((resolve, reject) => {
      const line = lineOf(item)
      const waiting = { item, resolve, reject }
      const others = lines.get(line)
      if (others) {
        others.push(waiting)
        return
      }
      lines.set(line, [])
      void serve(line, waiting)
    })
}

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}
