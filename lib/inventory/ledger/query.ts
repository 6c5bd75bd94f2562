import { z } from 'zod'
import type { LedgerOperation } from '@/db/tables/stock'
import { isStorableText } from '@/lib/outside-text'
import { type Tier, tiers } from '@/lib/tier'
import { ledgerOperations } from './operations'

/** Which rows of a city's ledger; all of them by default. */
export interface LedgerFilter {
  tier?: Tier | undefined
  operation?: LedgerOperation | undefined
  /** From this moment on. */
  from?: Date | undefined
  /** Before this moment. */
  until?: Date | undefined
  /** Exactly this name, as who was signed in or as who authorized it. */
  who?: string | undefined
  /** A payment by our id, its payment intent, its Checkout Session or its reservation. */
  payment?: string | undefined
}

/** A place between two rows of a ledger, newest first. */
export interface LedgerCursor {
  id: number
  occurredAt: Date
}

/** For an address: opaque, and good for any filter. */
export function formatCursor({ id, occurredAt }: LedgerCursor): string {
  return Buffer.from(`${id}.${occurredAt.getTime()}`).toString('base64url')
}

/** Null for anything that `formatCursor` did not write. */
export function parseCursor(text: string): LedgerCursor | null {
  if (text.length > 64) return null
  const match = /^([1-9][0-9]{0,15})\.([0-9]{1,15})$/.exec(Buffer.from(text, 'base64url').toString())
  const cursor = match && { id: Number(match[1]), occurredAt: new Date(Number(match[2])) }
  return cursor && formatCursor(cursor) === text ? cursor : null
}

const text = z
  .string()
  .trim()
  .refine((value) => isStorableText(value))
/** A form also sends a field that was left empty. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((written) => new Date(written))

/** A ledger's filters, cursor and page size as they come from outside: a form or an address. Times in UTC unless they say otherwise. */
export const ledgerQuery = z.object({
  tier: optional(z.enum(tiers)),
  operation: optional(z.enum(ledgerOperations)),
  from: optional(moment),
  until: optional(moment),
  who: optional(text),
  payment: optional(text),
  cursor: optional(
    z.string().transform((written, context) => {
      const cursor = parseCursor(written)
      if (cursor) return cursor
      context.addIssue('This is no place in the ledger')
      return z.NEVER
    }),
  ),
  limit: optional(z.coerce.number().int().min(1).max(1_000)),
})

export type LedgerQuery = z.output<typeof ledgerQuery>
