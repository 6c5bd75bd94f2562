import { expect, test } from 'vitest'
import { chanceOf } from '@/tests/chaos/chance'
import { planFaults, type PlannedFault } from '@/tests/chaos/schedule'

const plan = (seed: number, seconds = 60) => planFaults(chanceOf(seed).fork('faults'), seconds)

test('a seed plans the same again, another one something else', () => {
  expect(plan(7)).toEqual(plan(7))
  expect(plan(7)).not.toEqual(plan(8))
})

test('a minute meets every kind of fault, in order of time, and no fault comes after it', () => {
  const kinds = new Set(plan(1, 600).map(kindOf))
  expect(kinds.size).toBe(25)
  for (const seed of [1, 2, 3, 4, 5]) {
    const faults = plan(seed)
    expect(new Set(faults.map(kindOf))).toEqual(kinds)
    const times = faults.map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times.at(-1)).toBeLessThan(60_000)
  }
})

function kindOf({ fault }: PlannedFault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill ${fault.process}`
    case 'Stripe':
      return `Stripe ${fault.fault.kind}`
    case 'webhooks':
      return `webhooks ${fault.rule.kind}`
    default:
      return fault.kind
  }
}
