import { startWeb, stopAllProcesses } from '@/tests/support/processes'
import { startChanges } from './changes'
import type { BenchGroup } from './groups'
import { startLoadClient } from './load/client'
import { openWatchers } from './load/watchers'
import { watchCity } from './screen'
import { agesOf } from './sightings'
import { percentile } from './statistics'
import { archiveBenchCities, openCities } from './stock'

const watching = 2_000
const changesPerSecond = 50
const secondsEach = 2
const connections = 16

/**
 * A rush that watches: one city changes 50 times a second before 2,000 open event streams. How many of its pages others
 * get meanwhile, beside the same with nobody watching; and how soon those who watch are shown a change.
 */
export const watchers: BenchGroup = async ({ figures, options, urls }) => {
  await archiveBenchCities()
  const [city = ''] = await openCities('bench-watchers', 6)
  const web = await startWeb({ DATABASE_URL: urls.app, EVENT_STREAMS_PER_ADDRESS: `${watching + 1}` })
  const client = startLoadClient()
  const pages = async () => {
    const requests = [{ method: 'GET' as const, path: `/cities/${city}` }]
    const plan = { kind: 'repeat' as const, origin: web.origin, connections, requests, seconds: secondsEach }
    return (await client.run(plan)).perSecond
  }
  const rates = { watched: [] as number[], alone: [] as number[] }
  const ages: number[] = []
  try {
    // The first round warms everything up.
    for (let round = 0; round <= options.rounds; round++) {
      const quiet = startChanges([city], changesPerSecond)
      const alone = await pages()
      await quiet.stop()
      const close = await openWatchers(`${web.origin}/api/inventory/stream?cityId=${city}`, watching)
      const screen = await watchCity(web.origin, city)
      await screen.untilGone(0)
      const before = screen.sightings.at(-1)?.gone ?? 0
      const changes = startChanges([city], changesPerSecond)
      const watched = await pages()
      await changes.stop()
      await screen.untilGone(before + changes.committedAt.length)
      screen.close()
      await close()
      if (round === 0) continue
      rates.alone.push(alone)
      rates.watched.push(watched)
      ages.push(
        ...agesOf(
          changes.committedAt.map((at, index) => [before + index + 1, at] as const),
          screen.sightings,
        ),
      )
    }
  } finally {
    await client.stop()
    await stopAllProcesses()
  }
  figures.ratio('page_watched_vs_alone', 'pages/s', rates.watched, rates.alone)
  figures.plain('watched_push_p50_ms', 'ms', [percentile(ages, 50)])
  figures.plain('watched_push_p99_ms', 'ms', [percentile(ages, 99)])
}
