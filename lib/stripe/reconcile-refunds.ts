import { sql } from 'kysely'
import { database } from '@/lib/database'
import { atTheBankSql } from '@/lib/payment-records/refund-status'
import { stripe } from './client'
import { type Worked, workedTogether } from './each-alone'
import { refundFacts, type RefundFacts } from './facts'
import { isMissing } from './failure'
import { followRefunds } from './follow-refunds'
import { madeSince, pagesOf } from './pages'

/** Refunds from before the look-back that one run asks about. */
const unfinishedAtOnce = 100

/**
 * Lists Stripe's recent refunds page by page and applies those that differ from our records, also the ones made by
 * hand in Stripe's dashboard. Then asks about older refunds that our records still have on their way. Refunds of
 * payments that are not ours are left out.
 *
 * @returns how many were news, and how many could not be applied
 */
export async function reconcileRefunds(since: Date): Promise<Worked> {
  const worked: Worked[] = []
  for await (const page of pagesOf(stripe().refunds.list(madeSince(since))))
    worked.push(await followRefunds(page.map((refund) => refundFacts.parse(refund))))
  worked.push(await followRefunds(await takeUnfinishedRefunds(since)))
  return workedTogether(worked)
}

/**
 * Refunds that have been at the bank since before the look-back: they may have failed without our knowing. The ones
 * asked about longest ago come first, so that refunds which never end do not hide others.
 */
async function takeUnfinishedRefunds(since: Date): Promise<RefundFacts[]> {
  // Index: refunds_at_the_bank.
  const { rows } = await sql<{ id: string }>`
    update refunds set updated_at = app_now()
    where id in (
      select id from refunds
      where ${atTheBankSql('refunds')} and created_at < ${since}::timestamptz
      order by updated_at limit ${unfinishedAtOnce}
      for update skip locked)
    returning id`.execute(database())
  const refunds: RefundFacts[] = []
  for (const { id } of rows) {
    try {
      refunds.push(refundFacts.parse(await stripe().refunds.retrieve(id)))
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  return refunds
}
