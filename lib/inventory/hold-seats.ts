import { config } from '@/lib/config'
import type { Hold, Outcome } from './commands'
import { execute } from './execute'
import { poolKey } from './model'

interface Waiting {
  command: Hold
  resolve(outcome: Outcome): void
  reject(error: unknown): void
}

/** Holds written together at most; beyond that the transaction itself becomes the wait. */
const largestBatch = 200

/** By stock row: holds that arrived while the ones before them are being written. */
const lines = new Map<string, Waiting[]>()

/**
 * Takes a hold. Holds of one process for the same stock row that arrive while another is being written are
 * written together, first come first served, in one transaction; a lonely one starts at once. Each stands for
 * itself: a refused one takes nothing from the others.
 *
 * @throws what the database throws; then nothing is held
 */
export function holdSeats(command: Hold): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const key = poolKey(command)
    const line = lines.get(key)
    const waiting = { command, resolve, reject }
    if (line) {
      line.push(waiting)
      return
    }
    lines.set(key, [])
    void serve(key, [waiting])
  })
}

async function serve(key: string, first: Waiting[]): Promise<void> {
  for (let batch = first; batch.length > 0; batch = (lines.get(key) ?? []).splice(0, largestBatch))
    await write(batch)
  lines.delete(key)
}

async function write(batch: readonly Waiting[]): Promise<void> {
  try {
    const outcomes = await execute(
      batch.map(({ command }) => [command]),
      { limits: config().holdLimits },
    )
    for (const [index, waiting] of batch.entries()) {
      const outcome = outcomes[index]?.[0]
      if (outcome) waiting.resolve(outcome)
      else waiting.reject(new Error('execute gave no outcome'))
    }
  } catch (error) {
    const [only] = batch
    if (batch.length === 1 && only) only.reject(error)
    // One of them is at fault, or the database: alone, each finds out for itself.
    else for (const waiting of batch) await write([waiting])
  }
}
