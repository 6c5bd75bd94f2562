import { setTimeout as delay } from 'node:timers/promises'
import type { World } from './world'

/**
 * Moves the database's clock and Stripe's by as much. The database may be away just now: Stripe's clock then waits
 * for the next time, so that both never differ by more than one step.
 */
export interface TestClock {
  advance: (minutes: number) => Promise<void>
  /** The same, tried until it is done. */
  advanceSurely: (minutes: number) => Promise<void>
}

export function testClock({ shop }: World): TestClock {
  let shiftMs = 0
  const move = async (toMs: number): Promise<boolean> => {
    const moved = await shop
      .sql(`update app_clock set shift = make_interval(secs => $1)`, [toMs / 1_000])
      .then(
        () => true,
        () => false,
      )
    if (!moved) return false
    shiftMs = toMs
    await shop.standIn.control.setClock(new Date(Date.now() + shiftMs).toISOString())
    return true
  }
  return {
    advance: async (minutes) => void (await move(shiftMs + minutes * 60_000)),
    advanceSurely: async (minutes) => {
      const target = shiftMs + minutes * 60_000
      for (let tries = 1; !(await move(target)); tries++) {
        if (tries === 20) throw new Error('The clock cannot be moved: the database stays away')
        await delay(250)
      }
    },
  }
}
