import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

export interface ChaosOptions {
  /** The same seed makes the same faults at the same moments, and buyers of the same mind. */
  seed: number
  /** How long everything goes wrong; settling takes up to a minute more. */
  seconds: number
  /** One JSON object on stdout instead of the account for people. */
  json: boolean
}

/** @throws Error with one readable line */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    seed: values.seed === undefined ? randomInt(1, 1_000_000_000) : wholeNumber('--seed', values.seed),
    seconds: wholeNumber('--seconds', values.seconds),
    json: values.json,
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new Error(`${name} must be a whole number above 0`)
  }
  return value
}
