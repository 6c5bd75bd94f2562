import type { LedgerOperation } from '@/db/tables/stock'

/** What a row of the ledger can be, in the order that people are offered. Browsers load it: it stays without a schema. */
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
