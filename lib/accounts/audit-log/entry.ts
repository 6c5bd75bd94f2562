import type { AuditOutcome } from '@/db/tables/accounts'
import type { Principal } from '../principal'

/** Who did it: a request's principal, or a command of ours, such as `admin:create`. */
export type Actor = Principal | { kind: 'system'; name: string }

/** Where an action comes from: the same for everything that one request does. */
export interface AuditContext {
  actor: Actor
  /** Network address; absent for commands. */
  address?: string
  requestId?: string
}

/**
 * One action, successful or not. Never put a secret into `before` or `after`, nor whom alerts reach: rows stay for ever,
 * and whoever is signed in reads them.
 */
export interface AuditEvent {
  /** Dotted words, such as `inventory.expand` or `account.role`. */
  action: string
  /** What it was done to: a city, an account's email, an exception's id. */
  target?: string
  /** `refused`: not allowed, or against a rule. `failed`: allowed, but it could not be done. */
  outcome: AuditOutcome
  /** Why it was refused or failed; needed for those two, and only there. */
  code?: string
  before?: Record<string, unknown>
  after?: Record<string, unknown>
  reason?: string
  /** As the caller wrote it; the actor is who was really signed in. */
  authorizedBy?: string
}

/** A row of the log as pages and exports show it. */
export interface AuditEntry {
  id: number
  at: Date
  actorKind: Actor['kind']
  /** Account or token; null for nobody and for commands. */
  actorId: string | null
  /** Email, token name or command; empty for nobody. */
  actorLabel: string
  address: string | null
  action: string
  target: string | null
  outcome: AuditOutcome
  code: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  reason: string | null
  authorizedBy: string | null
  requestId: string | null
}

/** Id and label of an actor. The label is kept because accounts are renamed and removed, and the log is not. */
export function describeActor(actor: Actor): { id: string | null; label: string } {
  switch (actor.kind) {
    case 'nobody':
      return { id: null, label: '' }
    case 'admin':
      return { id: actor.accountId, label: actor.email }
    case 'token':
      return { id: actor.tokenId, label: actor.name }
    case 'system':
      return { id: null, label: actor.name }
  }
}
