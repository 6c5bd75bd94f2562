import { startWeb, stopAllProcesses } from '@/tests/support/processes'
import type { BenchGroup } from './groups'
import { startLoadClient } from './load/client'
import type { LoadRequest } from './load/plan'
import { archiveBenchCities, openCities } from './stock'

const secondsEach = 2
const connections = 16
/** As browsers ask. */
const headers = { 'Accept-Encoding': 'gzip, deflate, br, zstd' }

/**
 * A rush of people who have never been here: a city's page with all scripts, styles and the font that it names, beside
 * the page alone; and the page as browsers ask for it, beside the same without compression.
 */
export const visit: BenchGroup = async ({ figures, options, urls }) => {
  await archiveBenchCities()
  const [city = ''] = await openCities('bench-visit', 6)
  const web = await startWeb({ DATABASE_URL: urls.app })
  const page: LoadRequest = { method: 'GET', path: `/cities/${city}`, headers }
  const visit = [page, ...(await filesOf(web.origin, page.path))]
  const client = startLoadClient()
  /** Times a second that all of the requests are answered. */
  const rate = async (requests: LoadRequest[]) => {
    const plan = { kind: 'repeat' as const, origin: web.origin, connections, requests, seconds: secondsEach }
    return (await client.run(plan)).perSecond / requests.length
  }
  const rates = { visits: [] as number[], pages: [] as number[], plain: [] as number[] }
  try {
    // The first round warms everything up.
    for (let round = 0; round <= options.rounds; round++) {
      const [visits, pages] = [await rate(visit), await rate([page])]
      const plain = await rate([{ ...page, headers: {} }])
      if (round === 0) continue
      rates.visits.push(visits)
      rates.pages.push(pages)
      rates.plain.push(plain)
    }
  } finally {
    await client.stop()
    await stopAllProcesses()
  }
  figures.ratio('visit_vs_page', 'visits/s', rates.visits, rates.pages)
  figures.ratio('page_compressed_vs_plain', 'pages/s', rates.pages, rates.plain)
  figures.plain('visit_requests', 'requests', [visit.length])
}

async function filesOf(origin: string, path: string): Promise<LoadRequest[]> {
  const html = await (await fetch(origin + path)).text()
  const named = [...new Set(html.match(/\/assets\/[\w.-]+\.(?:js|css)/g))]
  const styles = named.filter((name) => name.endsWith('.css'))
  const fonts = await Promise.all(
    styles.map(
      async (name) =>
        (await (await fetch(origin + name)).text()).match(/\/assets\/[\w-]*latin-wght[\w-]*\.woff2/g) ?? [],
    ),
  )
  return [...named, ...new Set(fonts.flat())].map((file) => ({ method: 'GET', path: file, headers }))
}
