import {
  type Changes,
  type LedgerEntry,
  type Payment,
  type Pool,
  poolKey,
  type Reservation,
  type State,
} from './model'

/** The final version of all that was changed. */
export interface Written {
  pools: Map<string, Pool>
  reservations: Map<string, Reservation>
  payments: Map<string, Payment>
  entries: LedgerEntry[]
}

/** A copy of the state that commands are applied to, with what is needed to take the last group back. */
export class Draft {
  readonly #pools: Versions<Pool>
  readonly #reservations: Versions<Reservation>
  readonly #payments: Versions<Payment>
  readonly #entries: LedgerEntry[] = []
  #entriesBefore = 0
  readonly state: State

  constructor(before: State) {
    this.#pools = new Versions(before.pools)
    this.#reservations = new Versions(before.reservations)
    this.#payments = new Versions(before.payments)
    this.state = {
      ...before,
      pools: this.#pools.current,
      reservations: this.#reservations.current,
      payments: this.#payments.current,
    }
  }

  beginGroup(): void {
    for (const versions of [this.#pools, this.#reservations, this.#payments]) versions.beginGroup()
    this.#entriesBefore = this.#entries.length
  }

  apply(changes: Changes): void {
    for (const pool of changes.pools ?? []) this.#pools.set(poolKey(pool), pool)
    for (const reservation of changes.reservations ?? []) this.#reservations.set(reservation.id, reservation)
    for (const payment of changes.payments ?? []) this.#payments.set(payment.id, payment)
    this.#entries.push(...(changes.entries ?? []))
  }

  takeGroupBack(): void {
    for (const versions of [this.#pools, this.#reservations, this.#payments]) versions.takeGroupBack()
    this.#entries.length = this.#entriesBefore
  }

  poolBeforeGroup(key: string): Pool | undefined {
    return this.#pools.beforeGroup(key)
  }

  written(): Written {
    return {
      pools: this.#pools.written(),
      reservations: this.#reservations.written(),
      payments: this.#payments.written(),
      entries: this.#entries,
    }
  }
}

/** Rows by key. Knows which of them have changed, and what they were before the current group. */
class Versions<V> {
  readonly current: Map<string, V>
  readonly #changed = new Set<string>()
  readonly #undo = new Map<string, { value: V | undefined; wasChanged: boolean }>()

  constructor(before: ReadonlyMap<string, V>) {
    this.current = new Map(before)
  }

  beginGroup(): void {
    // `clear` allocates a new map, and three would be cleared for each payment.
    if (this.#undo.size > 0) this.#undo.clear()
  }

  set(key: string, value: V): void {
    if (!this.#undo.has(key)) {
      this.#undo.set(key, { value: this.current.get(key), wasChanged: this.#changed.has(key) })
    }
    this.current.set(key, value)
    this.#changed.add(key)
  }

  beforeGroup(key: string): V | undefined {
    const undo = this.#undo.get(key)
    return undo ? undo.value : this.current.get(key)
  }

  takeGroupBack(): void {
    for (const [key, { value, wasChanged }] of this.#undo) {
      if (value === undefined) this.current.delete(key)
      else this.current.set(key, value)
      if (!wasChanged) this.#changed.delete(key)
    }
  }

  written(): Map<string, V> {
    return new Map(
      [...this.#changed].flatMap((key) => {
        const value = this.current.get(key)
        return value === undefined ? [] : [[key, value] as const]
      }),
    )
  }
}
