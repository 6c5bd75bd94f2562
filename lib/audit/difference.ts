import { z } from 'zod'
import { tierLabel, tiers } from '@/lib/tier'

const differenceKinds = [
  /** A ledger row whose hash is not that of its content and of the row before it. */
  'hash',
  /** Rows missing in the middle of a chain. */
  'sequence',
  /** A ledger row that does not begin where the one before it ended. */
  'continuity',
  /** A ledger row whose quantity is not its own change. */
  'quantity',
  /** A row that was verified before and is no longer the same. */
  'checkpoint',
  /** The chain ends elsewhere than the stock row says. */
  'tail',
  /** The stock row against the ledger. */
  'stock',
  /** The stock row against the payments. */
  'payments',
  /** The stock row against the reservations. */
  'held',
  /** A payment that the records around it do not account for. */
  'payment',
  /** Money that Stripe told us of and that no payment accounts for. */
  'event',
  /** The records of a city and tier cannot be read. */
  'unreadable',
  /** More differences than are stored. */
  'more',
] as const

/** One thing that does not fit. It names rows and numbers, never a buyer. */
export const auditDifference = z.object({
  kind: z.enum(differenceKinds),
  cityId: z.string().nullable(),
  tier: z.enum(tiers).nullable(),
  /** Which row: `stock row`, `ledger row 17`, `payment pi_1`. */
  row: z.string(),
  /** What is wrong with it, with both numbers. */
  message: z.string(),
})

export type DifferenceKind = (typeof differenceKinds)[number]
export type AuditDifference = z.output<typeof auditDifference>

/** One line for people. */
export function describeDifference(difference: AuditDifference): string {
  return `${differingRow(difference)}: ${difference.message}`
}

/** Which row it is about, for people: `dallas-jan-2026 GA, ledger row 17`. */
export function differingRow({ cityId, tier, row }: Omit<AuditDifference, 'message'>): string {
  const place = cityId === null ? '' : `${cityId}${tier === null ? '' : ` ${tierLabel(tier)}`}, `
  return `${place}${row}`
}
