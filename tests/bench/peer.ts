import { crowd } from './crowd'
import type { BenchGroup } from './groups'
import { ourHold } from './hold'
import { startPeer } from './peer/start'
import { openCities } from './stock'

const atOnce = 32

/**
 * Holds beside reservations of Medusa's inventory module under its PostgreSQL lock, 32 at once for one row. Only with
 * `--peer DIR`: a folder where `npm install @medusajs/framework @medusajs/inventory @medusajs/locking
 * @medusajs/locking-postgres` was run, all of one version.
 */
export const peer: BenchGroup = async ({ figures, options, cluster }) => {
  if (options.peer === undefined) return
  const [city = ''] = await openCities('bench-peer', 1)
  const medusa = await startPeer(options.peer, cluster)
  const rates = { ours: [] as number[], theirs: [] as number[] }
  try {
    // The first round warms both up.
    for (let round = 0; round <= options.rounds; round++) {
      const ours = (await crowd(3_000, atOnce, () => ourHold(city))).perSecond
      const theirs = await medusa.reservationsPerSecond(400, atOnce)
      if (round === 0) continue
      rates.ours.push(ours)
      rates.theirs.push(theirs)
    }
  } finally {
    await medusa.stop()
  }
  figures.ratio('hold_32_vs_peer', 'holds/s', rates.ours, rates.theirs, '≥ 20')
}
