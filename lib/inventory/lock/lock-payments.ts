import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { Command, PaymentReference, Sell } from '../commands'
import { insertMissingPayments } from './insert-payments'
import { learnPaymentIds } from './learn-payment-ids'
import { lockPaymentRows } from './lock-payment-rows'
import type { Payment } from '../model'
import { paymentColumns, type PaymentRow, toPayment } from '../payment-columns'
import { finder, type KnownPayment, paymentIdOf } from './payment-references'
import { StockMoved } from '../retryable'

export interface LockedPayments {
  /** The groups of commands, with the id of each payment's row filled in. */
  groups: Command[][]
  payments: Map<string, Payment>
  /** Rows that were inserted as the sales they are expected to become. `payments` has them as they were before: `new`. */
  expected: Map<string, Payment>
  /** Ids of all rows that were just inserted, or have just learned their session: no other transaction knows it yet. */
  justNamed: ReadonlySet<string>
  /** The caller's further payments, in their order. Null for a reference that names nothing. */
  furtherPayments: (Payment | null)[]
}

/**
 * Finds or inserts the payment rows of commands and locks them, in order of id. Payments come before stock: a
 * refund and the sale that it belongs to then wait for each other here, whichever is first.
 */
export async function lockPayments<G extends readonly Command[]>(
  trx: Trx,
  groups: readonly G[],
  furtherPayments: readonly PaymentReference[] = [],
): Promise<LockedPayments> {
  const commands = groups.flat()
  const named = commands.flatMap((command) => ('payment' in command ? [command.payment] : []))
  const references = [...named, ...furtherPayments].filter(namesSomething)
  const undone = undoneCities(commands)
  if (references.length === 0 && undone.length === 0) return noneOf(groups, furtherPayments)
  const made = await insertMissingPayments(trx, references, salesOf(commands))
  const known = await lockPaymentRows(trx, references, { made, undone })
  const locked: KnownPayment[] = [...made, ...known]
  const nameless = known.filter((row) => row.session_id === null)
  const learned = await learnPaymentIds(trx, references, locked)
  // A row that was just inserted is not read again. No other transaction can have changed it, or applied a refund
  // to it: both take its lock first.
  const read = learned ? locked : known
  const rows = await readPayments(
    trx,
    read.map(({ id }) => id),
  )
  const found = new Map([...(learned ? [] : made), ...rows].map((row) => [row.id, toPayment(row)]))
  const expected = expectedSales(made, found)
  const payments = new Map([...found].map(([id, row]) => [id, expected.has(id) ? unsold(row) : row]))
  const rowOf = finder(locked)
  // Another transaction has just given the library's sale its session. The next try finds that.
  if (references.some((reference) => !rowOf(reference))) throw new StockMoved()
  return {
    groups: groups.map((group) => group.map((command) => withPaymentId(command, rowOf))),
    payments,
    expected,
    justNamed: new Set([...made, ...nameless.filter((row) => row.session_id !== null)].map(({ id }) => id)),
    furtherPayments: furtherPayments.map((reference) => payments.get(rowOf(reference)?.id ?? '') ?? null),
  }
}

/** Nothing is to be locked. */
function noneOf(
  groups: readonly (readonly Command[])[],
  furtherPayments: readonly PaymentReference[],
): LockedPayments {
  return {
    groups: groups.map((group) => [...group]),
    payments: new Map(),
    expected: new Map(),
    justNamed: new Set(),
    furtherPayments: furtherPayments.map(() => null),
  }
}

/** By the id of the payment's row, the command that sells it. Of two sales of one payment the first. */
function salesOf(commands: readonly Command[]): Map<string, Sell> {
  const sales = new Map<string, Sell>()
  for (const command of commands) {
    const id = command.type === 'sell' ? paymentIdOf(command.payment) : null
    if (command.type === 'sell' && id !== null && !sales.has(id)) sales.set(id, command)
  }
  return sales
}

function expectedSales(
  made: readonly PaymentRow[],
  found: ReadonlyMap<string, Payment>,
): LockedPayments['expected'] {
  const sold = made.flatMap(({ id, state }) => (state === 'sold' ? (found.get(id) ?? []) : []))
  return new Map(sold.map((row) => [row.id, row]))
}

function unsold(row: Payment): Payment {
  return {
    ...row,
    state: 'new',
    cityId: null,
    tier: null,
    seatsSold: 0,
    epoch: null,
    amountCents: null,
    currency: null,
    email: null,
  }
}

function withPaymentId(command: Command, rowOf: ReturnType<typeof finder>): Command {
  if (!('payment' in command)) return command
  const row = rowOf(command.payment)
  return row ? { ...command, payment: { ...command.payment, id: row.id } } : command
}

function undoneCities(commands: readonly Command[]): string[] {
  return commands.flatMap((command) => (command.type === 'undo-reset' ? [command.cityId] : []))
}

function namesSomething({ id, paymentIntentId, sessionId, reservationId }: PaymentReference): boolean {
  return Boolean(id || paymentIntentId || sessionId || reservationId)
}

async function readPayments(trx: Trx, ids: readonly string[]): Promise<PaymentRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments p where p.id = any(${[...ids]}::text[])`.execute(trx)
  return rows
}
