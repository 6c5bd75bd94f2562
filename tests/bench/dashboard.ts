import { sql } from 'kysely'
import { createAccount, signIn } from '@/lib/accounts'
import { noteTourSales } from '@/lib/analytics/tour-sales'
import { database } from '@/lib/database'
import { startWeb, stopAllProcesses } from '@/tests/support/processes'
import type { BenchContext, BenchGroup } from './groups'
import { openCities } from './stock'

const cityCount = 600
const ledgerRows = 1_000_000

/** The console with 600 cities and a million rows in the ledger, as a browser gets it from the production build. */
export const dashboard: BenchGroup = async ({ figures, options, urls }) => {
  const cities = await openCities('bench-console', cityCount)
  await fillLedger(urls.ownerDb)
  while ((await noteTourSales(database())) > 0);
  const cookie = await anOwner()
  const web = await startWeb({ DATABASE_URL: urls.app })
  const [city = ''] = cities
  const pages = {
    console_dashboard_ms: '/admin',
    console_dashboard_filtered_ms: '/admin?show=low&order=share',
    console_city_ms: `/admin/cities/${city}`,
    console_ledger_ms: `/admin/cities/${city}/ledger`,
  }
  for (const [name, path] of Object.entries(pages)) {
    const times: number[] = []
    // The first request of a process compiles and plans; an admin meets it once.
    for (let round = 0; round <= options.rounds * 4; round++) {
      const ms = await timeOf(web.origin + path, cookie)
      if (round === 0) figures.plain(name.replace('_ms', '_first_ms'), 'ms', [ms])
      else times.push(ms)
    }
    figures.plain(name, 'ms', times, name === 'console_dashboard_ms' ? '< 1,000' : undefined)
  }
  await stopAllProcesses()
}

/** Sales of the last 60 days, evenly over all cities and tiers; chains without hashes, which no page looks at. */
async function fillLedger(ownerDb: BenchContext['urls']['ownerDb']): Promise<void> {
  const each = Math.round(ledgerRows / cityCount / 2)
  await sql`
    insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
      public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, occurred_at, hash)
    select i.city_id, i.tier, 1 + n, 0, 'decrement', 1, n - 1, n, ${each + 20}::int, ${each + 20}::int, ${each + 20}::int,
      ${each + 20}::int, now() - interval '60 days' * (1 - n / ${each}::float8), sha256('bench')
    from generate_series(1, ${each}::int) n
    cross join inventory i where i.city_id like 'bench-console-%'
    order by n`.execute(ownerDb)
  await sql`
    update inventory set sold = ${each}, public_limit = ${each + 20}, actual_limit = ${each + 20}, last_sequence = ${each + 1}
    where city_id like 'bench-console-%'`.execute(ownerDb)
  await sql`vacuum analyze`.execute(ownerDb)
}

async function anOwner(): Promise<string> {
  const [email, password] = ['bench@example.com', 'a password for measuring only']
  const made = await createAccount(
    { email, role: 'owner', password },
    { actor: { kind: 'system', name: 'bench' } },
  )
  if (!made.ok) throw new Error(made.code)
  const signedIn = await signIn({ email, password, client: { address: '127.0.0.1', userAgent: 'bench' } })
  if (!signedIn.ok) throw new Error(signedIn.code)
  return `session=${signedIn.session.token}`
}

async function timeOf(url: string, cookie: string): Promise<number> {
  const start = performance.now()
  const response = await fetch(url, { headers: { cookie } })
  await response.text()
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`)
  return performance.now() - start
}
