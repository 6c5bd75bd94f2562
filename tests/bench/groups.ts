import type { Kysely } from 'kysely'
import type { Database } from '@/db/schema'
import type { ClusterAddress } from '@/tests/support/template'
import type { Figures } from './figures'
import type { BenchOptions } from './options'

export interface BenchContext {
  figures: Figures
  options: BenchOptions
  /** For databases besides. */
  cluster: ClusterAddress
  urls: { app: string; owner: string; ownerDb: Kysely<Database> }
}

/** Measures one group of figures. */
export type BenchGroup = (context: BenchContext) => Promise<void>
