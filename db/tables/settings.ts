import type { JSONColumnType } from 'kysely'
import type { DefaultTimestamp } from './time'

export interface SettingsTable {
  key: string
  value: JSONColumnType<Record<string, unknown>>
  updated_at: DefaultTimestamp
  updated_by: string | null
}
