import type { ColumnType, Generated } from 'kysely'
import type { Tier } from './cities'
import type { DefaultTimestamp, Timestamp } from './time'

/** Since the last clean run, or of everything. */
export type AuditKind = 'incremental' | 'full'

export interface AuditRunsTable {
  id: Generated<number>
  kind: AuditKind
  started_at: Timestamp
  finished_at: DefaultTimestamp
  verdict: 'clean' | 'differences'
  differences: ColumnType<unknown[], string | undefined, string>
  rows_walked: number
}

export interface AuditCheckpointsTable {
  city_id: string
  tier: Tier
  sequence: number
  hash: Buffer
  run_id: number
  sound_to: number | null
}
