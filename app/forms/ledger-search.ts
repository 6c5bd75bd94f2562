import { beginningOf, dayAfter } from '@/app/format/day-bounds'
import { type LedgerQuery, ledgerQuery } from '@/lib/inventory/ledger/query'
import { dayRange, type FilterProblem, filterProblems } from './day-range'

/** What the ledger's filter form says, as it was typed. */
export interface LedgerSearch {
  tier: string
  operation: string
  from: string
  until: string
  who: string
  payment: string
}

export type ReadSearch = { ok: true; query: LedgerQuery } | { ok: false; problems: FilterProblem[] }

/** The filter of an address, to be shown again. */
export function searchIn(query: URLSearchParams): LedgerSearch {
  const text = (name: string) => query.get(name)?.trim().slice(0, 255) ?? ''
  return {
    tier: text('tier'),
    operation: text('operation'),
    from: text('from'),
    until: text('until'),
    who: text('who'),
    payment: text('payment'),
  }
}

/** Reads a filter; its days are the city's, the last one included. */
export function readSearch(query: URLSearchParams, timeZone: string): ReadSearch {
  const search = searchIn(query)
  const read = dayRange.safeParse(search)
  if (!read.success) return { ok: false, problems: filterProblems(read.error) }
  const { from, until } = read.data
  const bounds = {
    from: from && beginningOf(from, timeZone).toISOString(),
    until: until && beginningOf(dayAfter(until), timeZone).toISOString(),
  }
  const parsed = ledgerQuery.safeParse({ ...search, ...bounds, cursor: query.get('cursor') ?? '' })
  if (parsed.success) return { ok: true, query: parsed.data }
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path }) => ({
      fieldId: path.join('-'),
      message: `${path.join(' ')} is not known here. Choose again.`,
    })),
  }
}
