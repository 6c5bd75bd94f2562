import type { Command, Outcome } from './commands'
import { decide } from './decide'
import { insufficientOutcome } from './decide/decision'
import { Overlay } from './overlay'
import {
  type Changes,
  type LedgerEntry,
  type Payment,
  type Pool,
  poolKey,
  type Reservation,
  type State,
} from './model'

/** What a run of groups comes to: an outcome for each command, and the final version of all that changed. */
export interface Folded {
  outcomes: Outcome[][]
  pools: Map<string, Pool>
  reservations: Map<string, Reservation>
  payments: Map<string, Payment>
  entries: LedgerEntry[]
}

/**
 * Folds the rules over groups of commands in order. Within a group all or nothing: one refusal takes the
 * group's other commands back. Groups do not touch each other's fate. Pure: `state` stays as it is.
 */
export function fold(state: State, groups: readonly Command[][]): Folded {
  const total = new Layer(state)
  const outcomes = groups.map((group) => {
    const layer = new Layer(total.state)
    const decided = group.map((command) => {
      const decision = decide(layer.state, command)
      if (decision.outcome.status === 'rejected')
        return sinceGroupBegan(decision.outcome, command, total.state, layer.state)
      layer.apply(decision.changes)
      return decision.outcome
    })
    if (!decided.some((outcome) => outcome.status === 'rejected')) {
      total.apply(layer.changes())
      return decided
    }
    return decided.map((outcome) => (outcome.status === 'rejected' ? outcome : takenBack))
  })
  return { outcomes, ...total.written() }
}

const takenBack: Outcome = {
  status: 'rejected',
  code: 'group_rejected',
  message: 'Not done, because another part of the same request was refused',
}

/** A refusal for lack of stock speaks of the stock that the whole group found, not of what it left itself. */
function sinceGroupBegan(outcome: Outcome, command: Command, before: State, now: State): Outcome {
  if (outcome.status !== 'rejected' || outcome.code !== 'insufficient_stock') return outcome
  if (command.type !== 'hold' && command.type !== 'sell') return outcome
  const pool = before.pools.get(poolKey(command))
  const current = now.pools.get(poolKey(command))
  if (!pool || !current) return outcome
  const own = Math.max(0, current.sold + current.held - pool.sold - pool.held)
  if (own === 0) return outcome
  return insufficientOutcome(pool, (outcome.available ?? 0) + own, command.quantity + own)
}

/** Changes laid over a state; the state below is never written. */
class Layer {
  readonly state: State
  readonly #pools = new Map<string, Pool>()
  readonly #reservations = new Map<string, Reservation>()
  readonly #payments = new Map<string, Payment>()
  readonly #entries: LedgerEntry[] = []

  constructor(below: State) {
    this.state = {
      ...below,
      pools: new Overlay(below.pools, this.#pools),
      reservations: new Overlay(below.reservations, this.#reservations),
      payments: new Overlay(below.payments, this.#payments),
    }
  }

  apply(changes: Changes): void {
    for (const pool of changes.pools ?? []) this.#pools.set(poolKey(pool), pool)
    for (const reservation of changes.reservations ?? []) this.#reservations.set(reservation.id, reservation)
    for (const payment of changes.payments ?? []) this.#payments.set(payment.id, payment)
    this.#entries.push(...(changes.entries ?? []))
  }

  changes(): Changes {
    return {
      pools: [...this.#pools.values()],
      reservations: [...this.#reservations.values()],
      payments: [...this.#payments.values()],
      entries: this.#entries,
    }
  }

  written(): Omit<Folded, 'outcomes'> {
    return {
      pools: this.#pools,
      reservations: this.#reservations,
      payments: this.#payments,
      entries: this.#entries,
    }
  }
}
