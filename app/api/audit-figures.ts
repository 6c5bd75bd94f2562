import type { LedgerEntry } from '@/lib/inventory/model'

/** What a change did to a city's numbers, by tier, for the audit log. */
export function figuresOf(
  entries: readonly LedgerEntry[],
  cityId: string,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const own = entries.filter((entry) => entry.cityId === cityId)
  return {
    before: Object.fromEntries(own.map((entry) => [entry.tier, entry.before])),
    after: Object.fromEntries(own.map((entry) => [entry.tier, entry.after])),
  }
}
