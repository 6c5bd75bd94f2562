import { sql } from 'kysely'
import { type Attempt, audited, type AuditContext } from '@/lib/accounts/audit-log'
import { describeActor } from '@/lib/accounts/audit-log/entry'
import type { Trx } from '@/lib/database'
import { parseEmail } from '@/lib/email'
import { isUuid } from '@/lib/is-uuid'
import { isStorableText } from '@/lib/outside-text'
import { randomToken, tokenHash } from '@/lib/random-token'
import type { Result } from '@/lib/result'
import type { Tier } from '@/lib/tier'

export const mostLinkSeats = 10_000
export const mostLinkDays = 365

export interface NewLink {
  cityId: string
  tier: Tier
  /** Seats that may be bought through it, 1 to 10,000. */
  seats: number
  /** Only a checkout with this address may use it. Blank: everyone who has the link. */
  email?: string
  /** For the admins' list; at most 255 characters. */
  note?: string
  /** Whole days until it expires, 1 to 365. */
  days: number
}

export interface IssuedLink {
  id: string
  /** Shown this once; we keep its hash. */
  token: string
}

export type LinkRefusal = 'unknown_city' | 'invalid_seats' | 'invalid_email' | 'invalid_days' | 'invalid_note'

/** Issues a link to hidden seats. It keeps none of them: it may buy what is free when it is used. */
export async function issueLink(
  wanted: NewLink,
  context: AuditContext,
): Promise<Result<IssuedLink, LinkRefusal>> {
  const { cityId, tier, seats, days } = wanted
  const note = wanted.note?.trim() ?? ''
  const isForAnybody = !wanted.email?.trim()
  const email = isForAnybody ? null : parseEmail(wanted.email)
  return audited(
    context,
    { action: 'link.issue', target: cityId },
    async (trx): Promise<Attempt<IssuedLink, LinkRefusal>> => {
      if (!isWithin(seats, mostLinkSeats)) return { ok: false, code: 'invalid_seats' }
      if (!isWithin(days, mostLinkDays)) return { ok: false, code: 'invalid_days' }
      if (!isForAnybody && email === null) return { ok: false, code: 'invalid_email' }
      if (note !== '' && !isStorableText(note)) return { ok: false, code: 'invalid_note' }
      if (!(await isListed(trx, cityId, tier))) return { ok: false, code: 'unknown_city' }
      const token = randomToken()
      const { id, expires_at: expiresAt } = await trx
        .insertInto('private_links')
        .values({
          token_hash: tokenHash(token),
          city_id: cityId,
          tier,
          seats,
          email,
          note,
          created_by: describeActor(context.actor).label,
          expires_at: sql<Date>`app_now() + make_interval(days => ${days})`,
        })
        .returning(['id', 'expires_at'])
        .executeTakeFirstOrThrow()
      const after = { id, tier, seats, email, expiresAt: expiresAt.toISOString() }
      return { ok: true, value: { id, token }, after }
    },
  )
}

/**
 * Ends a link at once: after this, no hold is taken with it. What is held already can still be paid.
 * Waits for holds that are being taken with it.
 */
export async function revokeLink(
  id: string,
  context: AuditContext,
): Promise<Result<null, 'unknown_link' | 'already_revoked'>> {
  return audited(
    context,
    { action: 'link.revoke', target: id },
    async (trx): Promise<Attempt<null, 'unknown_link' | 'already_revoked'>> => {
      const link = isUuid(id)
        ? await trx
            .selectFrom('private_links')
            .select(['city_id', 'tier', 'seats', 'revoked_at'])
            .where('id', '=', id)
            .forUpdate()
            .executeTakeFirst()
        : undefined
      if (!link) return { ok: false, code: 'unknown_link' }
      const target = link.city_id
      if (link.revoked_at !== null) return { ok: false, code: 'already_revoked', target }
      await trx
        .updateTable('private_links')
        .set({ revoked_at: sql<Date>`app_now()` })
        .where('id', '=', id)
        .execute()
      return { ok: true, value: null, target, before: { id, tier: link.tier, seats: link.seats } }
    },
  )
}

/** Whether a city that is not archived has such seats. */
async function isListed(trx: Trx, cityId: string, tier: Tier): Promise<boolean> {
  if (!isStorableText(cityId)) return false
  const pool = await trx
    .selectFrom('inventory')
    .innerJoin('cities', 'cities.id', 'inventory.city_id')
    .select('cities.id')
    .where('inventory.city_id', '=', cityId)
    .where('inventory.tier', '=', tier)
    .where('cities.archived_at', 'is', null)
    .executeTakeFirst()
  return pool !== undefined
}

function isWithin(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= most
}
