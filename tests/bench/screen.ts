import { setTimeout as delay } from 'node:timers/promises'
import { readEvents } from '@/tests/support/event-reader'
import { wallClock } from './load/plan'
import type { Sighting } from './sightings'
import { plenty } from './stock'

/** What one browser is shown of a city, by its event stream. */
export interface Screen {
  sightings: Sighting[]
  untilGone: (count: number) => Promise<void>
  close: () => void
}

export async function watchCity(origin: string, city: string): Promise<Screen> {
  const reader = await readEvents(`${origin}/api/inventory/stream?cityId=${city}`)
  const sightings: Sighting[] = []
  let wake = () => {}
  void (async () => {
    for (;;) {
      const { publicAvailable } = (await reader.next()).data as { publicAvailable: { ga: number } }
      sightings.push({ gone: plenty - publicAvailable.ga, at: wallClock() })
      wake()
    }
  })()
  return {
    sightings,
    async untilGone(count) {
      const late = delay(30_000, 'late' as const, { ref: false })
      while ((sightings.at(-1)?.gone ?? -1) < count) {
        const seen = new Promise<void>((resolve) => (wake = resolve))
        if ((await Promise.race([seen, late])) === 'late') throw new Error('A sale was never shown')
      }
    },
    close: reader.close,
  }
}
