import { get } from 'node:http'

/** Keeps event streams open, from a process of its own: `watch.ts URL COUNT`. Its parent's end is its own. */

const [url = '', count = ''] = process.argv.slice(2)
const wanted = Number(count)
/** So that the server's queue for new connections does not overflow. */
const openingAtOnce = 100
let begun = 0
let shown = 0

function open(): void {
  if (begun === wanted) return
  begun += 1
  const fail = (error: unknown) => {
    process.send?.({ error: String(error) })
  }
  get(url, { agent: false }, (response) => {
    if (response.statusCode !== 200) return fail(`${url} answers ${response.statusCode}`)
    response.once('data', () => {
      shown += 1
      if (shown === wanted) process.send?.({ result: 'open' })
      open()
    })
    response.on('error', fail)
  }).on('error', fail)
}

for (let i = 0; i < openingAtOnce; i++) open()
process.on('disconnect', () => process.exit())
