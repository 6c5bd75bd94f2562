import { sql } from 'kysely'
import { database } from '@/lib/database'
import { transactStock } from '@/lib/payments/transact-stock'
import { applyPlans } from './apply'
import { stripe } from './client'
import { eachAlone, type Worked, workedTogether } from './each-alone'
import { refundFacts, type RefundFacts } from './facts'
import { isMissing } from './our-session'
import { planNews, readBackground } from './plan'

const pageSize = 100

/**
 * Lists Stripe's recent refunds page by page and applies those that we do not know as they are, also the ones
 * made by hand in Stripe's dashboard; then asks about older ones that we still believe on their way. Refunds of
 * payments that are not ours are left out.
 *
 * @returns how many were news
 */
export async function reconcileRefunds(since: Date): Promise<Worked> {
  const created = { gte: Math.floor(since.getTime() / 1000) }
  const worked: Worked[] = []
  let page: RefundFacts[] = []
  for await (const refund of stripe().refunds.list({ created, limit: pageSize })) {
    page.push(refundFacts.parse(refund))
    if (page.length < pageSize) continue
    worked.push(await applyNews(page))
    page = []
  }
  worked.push(await applyNews([...page, ...(await unfinished(since))]))
  return workedTogether(worked)
}

async function applyNews(refunds: readonly RefundFacts[]): Promise<Worked> {
  return eachAlone(await withoutKnown(refunds), (refund) => refund.refundId, applyRefund)
}

async function applyRefund(facts: RefundFacts): Promise<boolean> {
  const news = { key: `refund:${facts.refundId}`, type: 'refund.updated' as const, facts }
  const plan = planNews(news, await readBackground(database(), [news]))
  if (plan === 'ask') return false
  await transactStock(async (trx) => {
    const { changedCities } = await applyPlans(trx, [plan])
    return { result: undefined, changedCities }
  })
  return true
}

async function withoutKnown(refunds: readonly RefundFacts[]): Promise<RefundFacts[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id
    from unnest(${refunds.map((one) => one.refundId)}::text[], ${refunds.map((one) => one.paymentIntentId)}::text[],
      ${refunds.map((one) => one.status)}::text[]) as r (id, payment_intent_id, status)
    join payments p on p.payment_intent_id = r.payment_intent_id
    where not exists (select 1 from refunds known where known.id = r.id and known.status = r.status)`.execute(
    database(),
  )
  const fresh = new Set(rows.map((row) => row.id))
  return refunds.filter((refund) => fresh.has(refund.refundId))
}

/** Refunds from before the look-back that the bank has had for longer: they may have failed without our knowing. */
async function unfinished(since: Date): Promise<RefundFacts[]> {
  const { rows } = await sql<{ id: string }>`
    select id from refunds
    where status in ('pending', 'requires_action') and created_at < ${since}::timestamptz
    order by updated_at limit 100`.execute(database())
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
