import { startQueueSender } from '@/lib/queues/send'
import { createBoss } from '@/worker/boss'
import { openCities } from '../stock'
import { type MeasureName, measures } from './measures'
import type { ProbeAnswer } from './probe'

/** A probe's process: opens its cities, then measures what it is asked for. Its parent's end is its own. */

const busyCities = 6

process.on('disconnect', () => process.exit())

await startQueueSender()
const boss = await createBoss().start()
const cities = (await openCities('bench-growth', Number(process.argv[2]))).slice(0, busyCities)

process.on('message', (name: MeasureName) => {
  measures[name]({ boss, cities }).then(
    (ms) => answer({ ms }),
    (error: unknown) => answer({ error: error instanceof Error ? String(error.stack) : String(error) }),
  )
})
answer({ ms: 0 })

function answer(message: ProbeAnswer): void {
  process.send?.(message)
}
