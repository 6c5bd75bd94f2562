import type { Generated } from 'kysely'
import type { Timestamp } from './time'

export interface RateLimitsTable {
  key: string
  points: Generated<number>
  expire: number | null
}

export interface IdempotencyKeysTable {
  scope: string
  key_hash: Buffer
  request_hash: Buffer
  run: string
  lease_until: Timestamp
  answer: Buffer | null
  created_at: Timestamp
}
