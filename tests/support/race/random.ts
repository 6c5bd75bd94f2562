/** Numbers that follow from a seed alone (mulberry32). */
export interface Random {
  /** A whole number, both ends included. */
  whole: (least: number, most: number) => number
  one: <T>(items: readonly T[]) => T
}

export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    whole,
    one: (items) => {
      const picked = items[whole(0, items.length - 1)]
      if (picked === undefined) throw new Error('Nothing to pick from')
      return picked
    },
  }
}
