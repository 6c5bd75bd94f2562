import { sql } from 'kysely'
import type { ExceptionKind, ExceptionResolution } from '@/db/tables/money'
import { database, type Trx } from '@/lib/database'
import { log } from '@/lib/log'
import { isStorableText } from '@/lib/outside-text'
import { type Resolution, resolutionsOf } from './fitting-resolutions'
import { awaitsRefund, refundIsOnItsWay } from './refund-on-its-way'
import {
  longestReason,
  type Refused,
  refuse,
  type ResolutionResult,
  type Resolver,
} from './resolution-result'
import { isOldClaim } from './stale-claims'

/** An exception that this process has claimed. */
export interface ExceptionClaim {
  id: number
  kind: ExceptionKind
  paymentId: string
  cityId: string | null
  tier: string | null
  /** Seats that its payment's order was for, as this exception, or else another one of it, says; null where none does. */
  quantity: number | null
  /** Tells this claim from a later one of the same exception. Whole milliseconds. */
  claimedAt: Date
  record?: Resolver['record']
}

/** What somebody wants to do about an exception. */
interface WantedClaim {
  exceptionId: number
  resolution: Resolution
  resolver: Resolver
}

/**
 * The claim no longer holds: another admin or job has taken it, a refund of the payment has got to the bank, or
 * what was decided about has changed. What was done in the claim's name must not be committed.
 */
export class ClaimLost extends Error {
  /** @param told what the admin who held the claim is told */
  constructor(readonly told: Refused = overtaken) {
    super('Somebody else resolves this exception, or refunds its payment')
  }
}

/**
 * Claims an exception (`open → resolving`, committed), works on it, and opens it again if that came to nothing. So
 * two admins, or an admin and a job, cannot both act on it. The claim of a process that died goes stale.
 *
 * While a refund of the payment is on its way at the bank, seats given now would be taken back. The only resolution
 * then is to refund all of the money. Anybody may ask for that; the claim stays in the name of the one who asked first.
 */
export async function resolving(
  request: WantedClaim,
  work: (claim: ExceptionClaim) => Promise<ResolutionResult>,
): Promise<ResolutionResult> {
  const claim = await claimException(request)
  if ('ok' in claim) return claim
  try {
    const result = await work(claim)
    if (!result.ok) await giveBack(claim)
    return result
  } catch (error) {
    // With the database away the claim stays, and goes stale.
    await giveBack(claim).catch(() => log().warn({ exceptionId: claim.id, code: 'claim_not_given_back' }))
    if (error instanceof ClaimLost) return error.told
    throw error
  }
}

/**
 * Closes a claimed exception in the transaction of what was done about it. That transaction has locked the payment
 * before, so refunds that came meanwhile are seen: while one is at the bank, nothing but a refund closes the
 * exception. An exception about a refund, or one that was given a number of seats, notes the amount refunded by now, so
 * that only another amount is to be decided about. @throws ClaimLost
 */
export async function closeClaimed(
  trx: Trx,
  claim: ExceptionClaim,
  closed: { resolution: ExceptionResolution; refundId?: string | null; refundedCents?: number | undefined },
): Promise<void> {
  const { rows } = await sql`
    update payment_exceptions e
    set state = 'resolved', resolution = ${closed.resolution}, resolved_by = claimed_by, resolved_at = app_now(),
      refund_id = coalesce(${closed.refundId ?? null}, refund_id),
      refunded_cents = case when refunded_cents is not null or ${closed.resolution === 'assigned'}
        then coalesce(${closed.refundedCents ?? null}, refunded_cents) end
    where id = ${claim.id} and ${stillOurs(claim)}
      and (${closed.resolution === 'refunded'} or not ${refundIsOnItsWay('e')})
    returning id`.execute(trx)
  if (rows.length === 0) throw new ClaimLost()
  await claim.record?.(trx, closed.resolution)
}

async function claimException(request: WantedClaim): Promise<ExceptionClaim | Refused> {
  const { exceptionId, resolution, resolver } = request
  const invalid = checkResolver(resolution, resolver)
  if (invalid) return invalid
  const { rows } = await sql<{
    kind: ExceptionKind
    state: string
    paymentId: string | null
    seatsSold: number
    isRefunding: boolean
  }>`
    select e.kind, e.state, e.payment_id as "paymentId", coalesce(p.seats_sold, 0) as "seatsSold",
      ${refundIsOnItsWay('e')} as "isRefunding"
    from payment_exceptions e left join payments p on p.id = e.payment_id where e.id = ${exceptionId}`.execute(
    database(),
  )
  const [found] = rows
  if (!found?.paymentId) return refuse('unknown_exception', 'There is no such exception')
  if (found.state === 'resolved') return refuse('already_resolved', 'This exception has been resolved')
  if (!resolutionsOf(found).includes(resolution)) {
    return refuse('not_fitting', `This cannot be done about: ${found.kind.replaceAll('_', ' ')}`)
  }
  if (found.isRefunding && resolution !== 'refund') return refundOnItsWay
  const row = await database()
    .transaction()
    .execute(async (trx) => {
      const claimed = await takeClaim(trx, request)
      // A refund leaves the database before its result is written, and its process may die between the two.
      if (claimed && resolution === 'refund') await resolver.recordRefund?.(trx)
      return claimed
    })
  return row ? { ...row, record: resolver.record } : beingResolved
}

/** One statement decides between two requests that come at the same time. */
async function takeClaim(
  trx: Trx,
  { exceptionId, resolution, resolver }: WantedClaim,
): Promise<ExceptionClaim | undefined> {
  const isRefunding = refundIsOnItsWay('e')
  const { rows } = await sql<ExceptionClaim>`
    update payment_exceptions e
    set state = 'resolving', claimed_at = date_trunc('milliseconds', app_now()),
      claimed_by = case when ${awaitsRefund('e')} then coalesce(claimed_by, ${resolver.actor}) else ${resolver.actor} end,
      reason = case when ${awaitsRefund('e')} then reason else ${resolver.reason ?? null} end
    where id = ${exceptionId} and state <> 'resolved' and case
      when ${isRefunding} then ${resolution === 'refund'}
      else state = 'open' or ${isOldClaim('e')} end
    returning id, kind, payment_id as "paymentId", city_id as "cityId", tier,
      coalesce(nullif(quantity, 0), ${quantityToldBefore('e')}) as quantity, claimed_at as "claimedAt"`.execute(
    trx,
  )
  return rows[0]
}

const beingResolved = refuse('being_resolved', 'Somebody is resolving this exception right now')
const overtaken = refuse(
  'being_resolved',
  'Somebody else has resolved this exception, or refunds its payment. Look at it again',
)
const refundOnItsWay = refuse(
  'being_resolved',
  'A refund is on its way at the bank. Until it has arrived or failed, nothing else can be decided',
)

function checkResolver(resolution: Resolution, { actor, reason }: Resolver): Refused | null {
  if (!isStorableText(actor)) return refuse('invalid', 'It must be known who resolves the exception')
  if (reason != null && !isStorableText(reason, longestReason)) {
    const longest = longestReason.toLocaleString('en-US')
    return refuse('invalid', `The reason must be a text of 1 to ${longest} characters`)
  }
  return resolution === 'dismiss' && reason == null
    ? refuse('invalid', 'A reason is needed to dismiss an exception')
    : null
}

async function giveBack(claim: ExceptionClaim): Promise<void> {
  await sql`
    update payment_exceptions e set state = 'open', claimed_by = null, claimed_at = null, reason = null
    where id = ${claim.id} and ${stillOurs(claim)} and not ${awaitsRefund('e')}`.execute(database())
}

/** A refund that failed may be of a payment that was never sold: only what had been said before tells its order. */
function quantityToldBefore(alias: string) {
  // Index: payment_exceptions_by_payment.
  return sql<number | null>`(
    select told.quantity from payment_exceptions told
    where told.payment_id = ${sql.ref(`${alias}.payment_id`)} and told.quantity > 0
    order by told.id desc limit 1)`
}

function stillOurs(claim: ExceptionClaim) {
  return sql<boolean>`state = 'resolving' and claimed_at = ${claim.claimedAt}::timestamptz`
}
