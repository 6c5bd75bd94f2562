/** A stream of chances that its seed repeats exactly. */
export interface Chance {
  /** From 0, below 1. */
  next: () => number
  /** From one whole number to another, both possible. */
  whole: (from: number, to: number) => number
  happens: (probability: number) => boolean
  pick: <T>(items: readonly T[]) => T
  /** One of the choices, each as likely as its weight says. */
  weighted: <T>(choices: readonly (readonly [weight: number, choice: T])[]) => T
  shuffled: <T>(items: readonly T[]) => T[]
  /** A stream of its own for somebody, so that nobody's luck depends on who comes first. */
  fork: (name: string) => Chance
}

export function chanceOf(seed: number | string): Chance {
  const next = mulberry32(hash(String(seed)))
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(items: readonly T[]): T => {
    const item = items[whole(0, items.length - 1)]
    if (item === undefined) throw new Error('Nothing to pick from')
    return item
  }
  return {
    next,
    whole,
    pick,
    happens: (probability) => next() < probability,
    weighted: (choices) => {
      let mark = next() * choices.reduce((sum, [weight]) => sum + weight, 0)
      return (choices.find(([weight]) => (mark -= weight) < 0) ?? pick(choices))[1]
    },
    shuffled: (items) =>
      items
        .map((item) => ({ item, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
    fork: (name) => chanceOf(`${seed} ${name}`),
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return value >>> 0
}

/** A generator of 32 bits of state: enough variety for a schedule, and the same on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
