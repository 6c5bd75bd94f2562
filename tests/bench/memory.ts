import { readFile } from 'node:fs/promises'
import { startWeb, startWorker, stopAllProcesses } from '@/tests/support/processes'
import type { BenchGroup } from './groups'
import { startLoadClient } from './load/client'
import { openWatchers } from './load/watchers'
import { newCheckouts } from './payments'
import { archiveBenchCities, openCities } from './stock'
import { paidLink } from './webhooks'

const seconds = 5
const paymentsPerSecond = 500
const openStreams = 200

/** How soon the processes are ready, and how much memory they take at most under payments, reads and streams. */
export const memory: BenchGroup = async ({ figures, options, urls }) => {
  await archiveBenchCities()
  const cities = await openCities('bench-memory', 6)
  const env = { DATABASE_URL: urls.app, EVENT_STREAMS_PER_ADDRESS: `${openStreams}` }
  const starts = { web: [] as number[], worker: [] as number[] }
  const peaks = { web: [] as number[], worker: [] as number[] }
  for (let round = 0; round < options.rounds; round++) {
    const [web, webMs] = await timed(() => startWeb(env))
    const [worker, workerMs] = await timed(() => startWorker(env))
    starts.web.push(webMs)
    starts.worker.push(workerMs)
    await load(web.origin, cities)
    peaks.web.push(...(await peakMegabytes(web.pid)))
    peaks.worker.push(...(await peakMegabytes(worker.pid)))
    await stopAllProcesses()
  }
  // The first start reads the files from the disk, unless something before has.
  for (const [name, times] of Object.entries(starts)) {
    figures.plain(`start_${name}_cold_ms`, 'ms', times.slice(0, 1))
    if (times.length > 1) figures.plain(`start_${name}_warm_ms`, 'ms', times.slice(1))
  }
  if (peaks.web.length > 0) figures.plain('rss_web_mb', 'MB', peaks.web, '≤ 250')
  if (peaks.worker.length > 0) figures.plain('rss_worker_mb', 'MB', peaks.worker, '≤ 200')
}

async function timed<T>(act: () => Promise<T>): Promise<[result: T, ms: number]> {
  const began = performance.now()
  return [await act(), performance.now() - began]
}

/** All at once: payments, readers of every public address, and browsers that keep a stream open. */
async function load(origin: string, cities: readonly string[]): Promise<void> {
  const [payers, readers] = [startLoadClient(), startLoadClient()]
  const closeStreams = await openWatchers(`${origin}/api/inventory/stream`, openStreams)
  const reads = ['/', '/api/inventory', ...cities.map((city) => `/cities/${city}`)]
  try {
    await Promise.all([
      payers.run({
        kind: 'once',
        origin,
        connections: 32,
        perSecond: paymentsPerSecond,
        requests: newCheckouts(cities, paymentsPerSecond * seconds).map(paidLink),
      }),
      readers.run({
        kind: 'repeat',
        origin,
        connections: 32,
        seconds,
        requests: reads.map((path) => ({ method: 'GET', path })),
      }),
    ])
  } finally {
    await Promise.all([closeStreams(), payers.stop(), readers.stop()])
  }
}

/** The most that the process ever had in memory; nothing where the system does not tell (only Linux does). */
async function peakMegabytes(pid: number): Promise<number[]> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? [] : [Number(kilobytes) / 1024]
}
