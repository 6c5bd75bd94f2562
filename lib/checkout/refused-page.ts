import { sql } from 'kysely'
import type { NewAlert } from '@/lib/alerts/alert'
import { raiseAlerts } from '@/lib/alerts/raise'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import { transact } from '@/lib/queues/transaction'
import { wakeWorkers } from '@/lib/queues/wake'
import { refusedPageAlert } from './refused-page-alert'
import type { CheckoutReservation } from './reservations'

/** If Stripe goes on refusing, the next alert comes after this time. */
const quietMinutes = 60

/**
 * Tells the operator that Stripe refuses to make pages, whoever the buyer is: a line in the log each time, and an alert at most once
 * an hour for each city, tier and answer of Stripe's. Never throws: the buyer gets an answer whatever comes of it.
 *
 * @param stripeCode as Stripe named it, such as `resource_missing`
 */
export async function reportRefusedPage(
  { id, cityId, tier }: Pick<CheckoutReservation, 'id' | 'cityId' | 'tier'>,
  stripeCode: string,
): Promise<void> {
  log().error(
    { code: 'session_refused', reservationId: id, cityId, tier, stripeCode },
    'Stripe refuses to make a payment page',
  )
  const alert = refusedPageAlert({ cityId, tier, stripeCode })
  try {
    if (await raiseUnlessTold(alert)) wakeWorkers('alerts')
  } catch (error) {
    log().error({ code: 'alert_not_raised', detail: errorText(error) }, 'an alert could not be raised')
  }
}

/** @returns whether it was raised */
async function raiseUnlessTold(alert: NewAlert): Promise<boolean> {
  return transact(async (trx) => {
    // Index: alerts_by_time.
    const { rows } = await sql<{ isTold: boolean; hour: number }>`
      select floor(extract(epoch from app_now()) / 3600)::int as hour, exists (
        select from alerts
        where kind = ${alert.kind} and subject = ${alert.subject}
          and created_at > app_now() - make_interval(mins => ${quietMinutes})) as "isTold"`.execute(trx)
    if (rows[0]?.isTold) return false
    // The key is for buyers who are refused at the same moment.
    const raised = await raiseAlerts(trx, [{ ...alert, key: `${alert.subject} ${rows[0]?.hour}` }])
    return raised.length > 0
  })
}
