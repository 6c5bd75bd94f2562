import { randomBytes } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** An id in Stripe's form, such as `pi_3XyZ…`. Never the same twice, also not after a restart. */
export function newId(prefix: string): string {
  let id = `${prefix}_`
  for (const byte of randomBytes(24)) id += ALPHABET.charAt(byte % ALPHABET.length)
  return id
}

/** A new array in an order that depends on the seed alone (Fisher–Yates over mulberry32). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = mulberry32(seed)
  const remaining = [...items]
  const result: T[] = []
  while (remaining.length > 0) result.push(...remaining.splice(Math.floor(next() * remaining.length), 1))
  return result
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
