import { capitalized } from '@/app/format/capitalized'
import { seats } from '@/app/format/seats'
import type { Applied, Duplicate } from '@/lib/inventory/outcomes'
import { exceptionTitles } from '@/lib/payment-records/exception-kinds'
import { type OutcomePart, readOutcomeText } from '@/lib/stripe/outcome-text'

/** What became of an event, in words. What is not known here is shown as it stands. */
export function eventOutcomeWords(stored: string): string {
  const { parts, note } = readOutcomeText(stored)
  const words = parts.map(partWords).join(', ')
  return capitalized(words) + (note === null ? '' : `; ${note}`)
}

const duplicateWords: Record<Duplicate['code'], string> = {
  already_held: 'its seats were held already',
  already_sold: 'it was sold already',
  already_closed: 'it was over already',
  being_closed: 'its checkout was being ended',
  already_settled: 'it was settled already',
  seats_owed: 'its seats are owed by a refund that failed',
  payment_in_exception: 'its exception waits for a decision',
  other_session: 'it belongs to another checkout',
  no_reservation: 'no seats were held for it',
  no_seat_to_keep: 'no seats are left to keep for it',
  not_yet_sold: 'nothing had been sold for it yet',
}

const noteWords: Record<NonNullable<Applied['note']>, string> = {
  refunded_before_sale: 'refunded before its sale',
  earlier_epoch: 'sold before a reset',
  unclear_refund: 'what is left of its refunds is no whole number of tickets',
}

const codeWords = new Map(Object.entries({ ...duplicateWords, ...noteWords }))

function partWords(part: OutcomePart): string {
  switch (part.kind) {
    case 'applied':
      return `done${movedWords(part.quantity)}${noteIn(part.note)}`
    case 'exception':
      return `exception: ${exceptionTitles[part.exception]}`
    case 'words':
      return wordsOf(part.words)
  }
}

/** Below zero where a refund failed. */
function movedWords(quantity: number): string {
  if (quantity === 0) return ''
  return quantity > 0 ? `: ${seats(quantity)}` : `: ${seats(-quantity)} taken again`
}

function noteIn(note: string | null): string {
  return note === null ? '' : ` (${wordsOf(note)})`
}

function wordsOf(code: string): string {
  return codeWords.get(code) ?? code.replaceAll('_', ' ')
}
