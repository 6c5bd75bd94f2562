import type { AuditContext } from '@/lib/accounts/audit-log'
import type { Client } from '@/lib/accounts/sessions'
import type { RateLimitName } from '@/lib/config'
import type { Authentication } from './authentication'
import type { FullStockFeed } from './stock/full-stock'
import type { LiveStock } from './stock/live-stock'

/** What a loader or action knows about its request beyond the request itself. */
export interface RequestContext {
  /** Made here for each request; leads from an error page to the log line. */
  requestId: string
  /** Goes on every inline script of this answer. */
  cspNonce: string
  /** Aborted when this answer has been sent, or its client has gone. `request.signal` is unreliable on Node. */
  signal: AbortSignal
  /** Aborted when the process is stopping: what would go on and on ends then, all other answers are finished. */
  stopping: AbortSignal
  /** `GET`, `POST` … */
  method: string
  /** The path with its query, as the client sent it. */
  path: string
  /** The client's network address, as far as the configured proxies are trusted. */
  address: string | null
  userAgent: string
  /** The origin customers use, without a trailing slash. */
  publicUrl: string
  authentication: Authentication
  /** What a caller who has asked too often is told; null for all others. */
  secondsToWait: number | null
  /** Counts this request against a limit. @returns seconds to wait, or null when it may pass */
  count: (name: RateLimitName) => Promise<number | null>
  liveStock: LiveStock
  /** All numbers, for callers who may see them. */
  fullStock: FullStockFeed
  /** Takes one of the address's event streams until this answer ends. @returns false when it has them all */
  openStream: () => boolean
  /** Bytes of this answer that the client has not taken yet. */
  backlog: () => number
  /** Tells the figures which route answers. */
  handledBy: (routeId: string) => void
}

/** Where a request comes from, for what is recorded of a sign-in. */
export function clientOf({ address, userAgent }: Pick<RequestContext, 'address' | 'userAgent'>): Client {
  return { address: address ?? 'unknown', userAgent }
}

/** Who did it and from where, for the audit log. */
export function auditContextOf(
  { address, requestId }: Pick<RequestContext, 'address' | 'requestId'>,
  actor: AuditContext['actor'],
): AuditContext {
  return { actor, address: address ?? undefined, requestId }
}
