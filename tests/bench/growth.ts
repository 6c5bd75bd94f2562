import type { Figures } from './figures'
import type { BenchGroup } from './groups'
import { type GrownDatabase, type GrownSize, growDatabases } from './growth/databases'
import type { MeasureName } from './growth/measures'

const small: GrownSize = { name: '10k', rows: 10_000, cities: 6 }
const large: GrownSize = { name: '1m', rows: 1_000_000, cities: 6 }
const huge: GrownSize = { name: '10m', rows: 10_000_000, cities: 6 }
const wide: GrownSize = { name: '600', rows: 1_000_000, cities: 600 }
const widest: GrownSize = { name: '6000', rows: 1_000_000, cities: 6_000 }

const everywhere = [
  'drain',
  'hold_1',
  'hold_32',
  'dashboard',
  'ledger_page',
  'ledger_deep_page',
] as const satisfies MeasureName[]
const consolePages = [
  'console_dashboard',
  'console_dashboard_filtered',
  'console_city',
  'console_ledger',
] as const satisfies MeasureName[]

/**
 * How the cost of a payment, a hold, the dashboard's data, a page of a ledger and an audit grows with the ledger and
 * with the number of cities: databases of all sizes in one cluster, measured in turn.
 */
export const growth: BenchGroup = async ({ figures, options, cluster }) => {
  const sizes = [small, large, wide, widest, ...(options.full ? [huge] : [])]
  const databases = await growDatabases(cluster, sizes)
  const times = new Times()
  try {
    // The first round warms everything up.
    for (let round = 0; round <= options.rounds; round++) {
      for (const measure of everywhere) await times.measure(measure, databases, round)
      for (const page of consolePages) {
        await times.measure(
          page,
          databases.filter(({ size }) => size === widest),
          round,
        )
      }
    }
    // These take up to minutes: once.
    await times.measure('audit', databases, 1)
    await times.measure(
      'audit_full',
      databases.filter(({ size }) => size.cities === small.cities),
      1,
    )
  } finally {
    for (const database of databases) {
      await database.stop()
      await database.drop()
    }
  }
  report(figures, times, options.full)
}

/** What each measure took in each size, by round. */
class Times {
  readonly #times = new Map<string, number[]>()

  of(measure: MeasureName, size: GrownSize): number[] {
    return this.#times.get(`${measure} ${size.name}`) ?? []
  }

  async measure(measure: MeasureName, databases: readonly GrownDatabase[], round: number): Promise<void> {
    for (const database of databases) {
      const ms = await database.measure(measure)
      const key = `${measure} ${database.size.name}`
      if (round > 0) this.#times.set(key, [...(this.#times.get(key) ?? []), ms])
    }
  }
}

function report(figures: Figures, times: Times, isFull: boolean): void {
  const compare = (measures: readonly MeasureName[], grown: GrownSize, base: GrownSize, name: string) => {
    for (const measure of measures) {
      const target = name === '10m_vs_10k' ? targets[measure] : undefined
      const [after, before] = [times.of(measure, grown), times.of(measure, base)]
      figures.ratio(`growth_${measure}_${name}`, 'ms', after, before, target)
    }
  }
  if (isFull) compare([...everywhere, 'audit', 'audit_full'], huge, small, '10m_vs_10k')
  compare([...everywhere, 'audit', 'audit_full'], large, small, '1m_vs_10k')
  compare([...everywhere, 'audit'], wide, large, '600_vs_6_cities')
  compare([...everywhere, 'audit'], widest, large, '6000_vs_6_cities')
  figures.plain('dashboard_6000_cities_ms', 'ms', times.of('dashboard', widest), '≤ 1,000')
  for (const page of consolePages) figures.plain(`${page}_ms`, 'ms', times.of(page, widest))
}

const targets: Partial<Record<MeasureName, string>> = {
  drain: '≤ 1.3',
  ledger_page: '≤ 1.5',
  ledger_deep_page: '≤ 1.5',
}
