import type { ExceptionKind } from '@/db/tables/money'
import { exceptionTitles } from '@/lib/payment-records/exception-kinds'

/** What became of an event. Its row keeps it as a text, which only this file writes and reads. */
export interface EventOutcome {
  /** One for each command that the event led to. */
  parts: readonly OutcomePart[]
  /** A remark about the order. */
  note: string | null
}

export type OutcomePart =
  /** Seats that moved: below zero where a refund failed. */
  | { kind: 'applied'; quantity: number; note: string | null }
  | { kind: 'exception'; exception: ExceptionKind }
  /** A code of the rules, or a few words. */
  | { kind: 'words'; words: string }

/**
 * The text for the event's row. Pure.
 *
 * @example outcomeText([{ kind: 'applied', quantity: 2, note: null }], 'metadata says 3') // 'applied 2; metadata says 3'
 */
export function outcomeText(parts: readonly OutcomePart[], note: string | null = null): string {
  return parts.map(partText).join(', ') + (note === null ? '' : `; ${note}`)
}

/** Reads what `outcomeText` wrote, in this version or an earlier one: what is not known comes back as words. Pure. */
export function readOutcomeText(text: string): EventOutcome {
  const [, parts = '', note] = /^(.*?)(?:; (.*))?$/s.exec(text) ?? []
  return { parts: parts.split(', ').map(readPart), note: note ?? null }
}

function partText(part: OutcomePart): string {
  switch (part.kind) {
    case 'applied':
      return part.note === null ? `applied ${part.quantity}` : `${part.quantity} (${part.note})`
    case 'exception':
      return `exception: ${part.exception}`
    case 'words':
      return part.words
  }
}

function readPart(text: string): OutcomePart {
  const [, applied, quantity, note = null] = /^(?:applied (-?\d+)|(-?\d+) \((\w+)\))$/.exec(text) ?? []
  const moved = applied ?? quantity
  if (moved !== undefined) return { kind: 'applied', quantity: Number(moved), note }
  const [, exception = ''] = /^exception: (\w+)$/.exec(text) ?? []
  return isExceptionKind(exception) ? { kind: 'exception', exception } : { kind: 'words', words: text }
}

function isExceptionKind(text: string): text is ExceptionKind {
  return Object.hasOwn(exceptionTitles, text)
}
