import { stopAllProcesses } from '@/tests/support/processes'
import { startChanges } from './changes'
import type { BenchGroup } from './groups'
import { type LoadClient, startLoadClient } from './load/client'
import { wallClock } from './load/plan'
import { constantPaths } from './served/constants'
import { startBareExpress, startWebWithConstants } from './served/start'
import { agesOf, type Sighting } from './sightings'
import { percentile } from './statistics'
import { archiveBenchCities, openCities, plenty } from './stock'

const changesPerSecond = 50
const secondsEach = 1
const connections = 16

/**
 * Public reads while stock changes 50 times a second, beside constant routes of the same server and of bare Express;
 * and how old the numbers are that a reader in the crowd gets.
 */
export const read: BenchGroup = async ({ figures, options, urls }) => {
  await archiveBenchCities()
  const cities = await openCities('bench-read', 6)
  const [city = ''] = cities
  const web = await startWebWithConstants({ DATABASE_URL: urls.app })
  const express = await startBareExpress({ DATABASE_URL: urls.app })
  const targets = {
    all: web.origin + allPath,
    city: `${web.origin}${allPath}?cityId=${city}`,
    constant: web.origin + constantPaths.json,
    express: express.origin + constantPaths.json,
    page: `${web.origin}/cities/${city}`,
    staticPage: web.origin + (await staticPageLike(`/cities/${city}`, web.origin)),
  }
  const rates: Record<string, number[]> = {}
  const changeRates: number[] = []
  const ages: number[] = []
  const client = startLoadClient()
  try {
    // The first round warms everything up.
    for (let round = 0; round <= options.rounds; round++) {
      const began = performance.now()
      const changes = startChanges(cities, changesPerSecond)
      for (const [name, url] of Object.entries(targets)) {
        const perSecond = await readRate(client, url)
        if (round > 0) (rates[name] ??= []).push(perSecond)
      }
      await changes.stop()
      changeRates.push((changes.committedAt.length * 1000) / (performance.now() - began))
      const seen = await watchInCrowd(client, web.origin, city)
      if (round > 0) ages.push(...seen)
    }
  } finally {
    await client.stop()
    await stopAllProcesses()
  }
  const { all = [], city: one = [], constant = [], express: bare = [], page = [], staticPage = [] } = rates
  figures.ratio('read_all_vs_constant', 'reads/s', all, constant, '≥ 0.9')
  figures.ratio('read_city_vs_constant', 'reads/s', one, constant, '≥ 0.9')
  figures.ratio('read_all_vs_express', 'reads/s', all, bare, '≥ 0.7')
  figures.ratio('page_city_vs_constant', 'pages/s', page, staticPage, '≥ 0.5')
  figures.plain('read_changes_per_s', 'changes/s', changeRates)
  figures.plain('age_p50_ms', 'ms', [percentile(ages, 50)])
  figures.plain('age_p99_ms', 'ms', [percentile(ages, 99)], '≤ 1,000')
}

const allPath = '/api/inventory'

async function readRate(client: LoadClient, url: string): Promise<number> {
  const { origin, pathname, search } = new URL(url)
  const requests = [{ method: 'GET' as const, path: pathname + search }]
  const plan = { kind: 'repeat' as const, origin, connections, requests, seconds: secondsEach }
  return (await client.run(plan)).perSecond
}

/** @returns the path of a page without data that has as many bytes */
async function staticPageLike(path: string, origin: string): Promise<string> {
  const bytesOf = async (of: string) => (await (await fetch(origin + of)).arrayBuffer()).byteLength
  const [wanted, empty, filled] = [
    await bytesOf(path),
    await bytesOf(constantPaths.page(0)),
    await bytesOf(constantPaths.page(100)),
  ]
  return constantPaths.page(Math.max(0, Math.round((wanted - empty) / ((filled - empty) / 100))))
}

/** Reads one city again and again while others do the same and its seats go. @returns ages in milliseconds */
async function watchInCrowd(client: LoadClient, origin: string, city: string): Promise<number[]> {
  const url = `${origin}${allPath}?cityId=${city}`
  const sightings: Sighting[] = []
  const look = async () => {
    const response = await fetch(url)
    const { data } = (await response.json()) as { data: { publicAvailable: { ga: number } } }
    sightings.push({ gone: plenty - data.publicAvailable.ga, at: wallClock() })
    return sightings.at(-1)?.gone ?? 0
  }
  const before = await look()
  let overAt = Infinity
  const changes = startChanges([city], changesPerSecond)
  const crowd = readRate(client, url)
  const watcher = (async () => {
    for (;;) {
      const gone = await look()
      const age = wallClock() - overAt
      if ((age > 0 && gone >= before + changes.committedAt.length) || age > 10_000) return
    }
  })()
  await crowd
  await changes.stop()
  overAt = wallClock()
  await watcher
  return agesOf(
    changes.committedAt.map((at, index) => [before + index + 1, at] as const),
    sightings,
  )
}
