import type { LedgerOperation } from '@/db/tables/stock'

/** The operations of the ledger, in the order in which pages offer them. Browsers load this file, so it has no schema. */
export const ledgerOperations = [
  'open',
  'decrement',
  'restock',
  'expand',
  'reduce',
  'relimit',
  'reset',
  'undo',
] as const satisfies readonly LedgerOperation[]
