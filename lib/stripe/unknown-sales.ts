import { sql } from 'kysely'
import { database } from '@/lib/database'
import { openExceptions, settleExceptions } from '@/lib/payment-records/exceptions'
import { transact } from '@/lib/queues/transaction'
import { eachAlone, type Worked } from './each-alone'
import { faultOfSale, type NamedSale, soldSessionOf } from './sale-fault'

/** Sales that were reported, of which one run asks again. */
const reportedAtOnce = 100

interface Sale extends NamedSale {
  cityId: string
  tier: string
  quantity: number
}

/**
 * Reports recent sales that name a session or payment intent which Stripe does not know as paid, as a forged
 * webhook or a write into the database would make them. Also reports orders that other code sold twice, once by the
 * payment intent and once by the session or the reservation. The sale stays until an admin decides. Each sale is checked
 * once. Other sales that name neither session nor payment intent were made by hand.
 *
 * While one waits for that person Stripe is asked again, once an hour: should it know the sale as paid by then, that settles
 * it. The news of that alone does not: whoever forged the sale could forge it, too.
 *
 * @returns how many were reported
 */
export async function reportUnknownSales(since: Date): Promise<Worked> {
  const reported = await eachAlone(await uncheckedSales(since), (sale) => sale.id, check)
  const asked = await eachAlone(await takeReportedSales(), (sale) => sale.id, settle)
  // Those that are asked about again are found by their exceptions, however long ago they were sold.
  return { ...reported, atFault: [...reported.atFault, ...asked.atFault] }
}

async function check(sale: Sale): Promise<boolean> {
  const detail = await faultOfSale(sale)
  const opened = await transact(async (trx) => {
    // This locks the payment as well.
    await sql`update payments set checked_at = app_now() where id = ${sale.id}`.execute(trx)
    if (detail === null) return []
    const { id: paymentId, cityId, tier, quantity } = sale
    return openExceptions(trx, [{ paymentId, kind: 'unknown_to_stripe', cityId, tier, quantity, detail }])
  })
  return opened.length > 0
}

async function settle(sale: NamedSale): Promise<boolean> {
  if ((await faultOfSale(sale)) !== null) return false
  await transact((trx) => settleExceptions(trx, ['unknown_to_stripe'], [sale.id], 'settled'))
  return true
}

async function uncheckedSales(since: Date): Promise<Sale[]> {
  // Indexes: payments_by_sale_time, those of `soldSessionOf`.
  const { rows } = await sql<Sale>`
    select id, session_id as "sessionId", payment_intent_id as "paymentIntentId", city_id as "cityId", tier,
      seats_sold as quantity
    from payments
    where sold_at >= ${since}::timestamptz and (checked_at is null or checked_at < sold_at)
      and (seats_sold > seats_returned or session_id is null)
      and (coalesce(session_id, payment_intent_id) is not null or ${soldSessionOf('payments')} is not null)
    order by sold_at limit 1000`.execute(database())
  return rows
}

/** Those that were not asked about for longest come first. */
async function takeReportedSales(): Promise<NamedSale[]> {
  // Indexes: payment_exceptions_unresolved; those that wait are few, and the primary key of payments finds each.
  const { rows } = await sql<NamedSale>`
    update payments set checked_at = app_now()
    where id in (
      select p.id from payment_exceptions e join payments p on p.id = e.payment_id
      where e.state <> 'resolved' and e.kind = 'unknown_to_stripe' and p.checked_at < app_now() - interval '1 hour'
      order by p.checked_at, p.id limit ${reportedAtOnce}
      for update of p skip locked)
    returning id, session_id as "sessionId", payment_intent_id as "paymentIntentId"`.execute(database())
  return rows
}
