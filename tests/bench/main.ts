import { writeFile } from 'node:fs/promises'
import { createDatabase } from '@/db/client'
import { config } from '@/lib/config'
import { closeDatabase } from '@/lib/database'
import { startQueueSender, stopQueueSender } from '@/lib/queues/send'
import { drain } from './drain'
import { Figures } from './figures'
import type { BenchGroup } from './groups'
import { growth } from './growth'
import { hold } from './hold'
import { latency } from './latency'
import { memory } from './memory'
import { readOptions } from './options'
import { peer } from './peer'
import { read } from './read'
import { visit } from './visit'
import { watchers } from './watchers'
import { webhook } from './webhook'

/** `npm run bench`: every figure a ratio to something measured in the same run on the same PostgreSQL. */
const groups: Record<string, BenchGroup> = {
  drain,
  hold,
  peer,
  webhook,
  read,
  visit,
  watchers,
  latency,
  memory,
  growth,
}

const options = readOptions(process.argv.slice(2))
const figures = new Figures()
const ownerDb = createDatabase({
  connectionString: config().database.migrationUrl,
  max: 2,
  applicationName: '6fb-bench',
})
await startQueueSender()
for (const [name, group] of Object.entries(groups)) {
  if (options.only.length > 0 && !options.only.includes(name)) continue
  process.stderr.write(`Measuring ${name} …\n`)
  await group({
    figures,
    options,
    cluster: options.cluster,
    urls: { app: config().database.url, owner: config().database.migrationUrl, ownerDb },
  })
}
await stopQueueSender()
await closeDatabase()
await ownerDb.destroy()

const report = JSON.stringify({ figures, rounds: options.rounds }, null, 2)
await writeFile('build/bench.json', `${report}\n`)
process.stdout.write(options.json ? `${report}\n` : `\n${figures.table()}\n\nWritten to build/bench.json\n`)
