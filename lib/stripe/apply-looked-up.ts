import { database } from '@/lib/database'
import { transactStock } from '@/lib/inventory/transact-stock'
import { planByAsking } from './apply-events'
import { type AppliedPlans, applyPlans } from './apply-plans'
import { readBackground } from './background'
import { type News, type Plan, planNews } from './plan'

/**
 * Applies a session or refund that was looked up at Stripe, exactly as if its event had come. Stripe is asked what that
 * leaves open.
 *
 * @throws when Stripe is out of reach
 */
export async function applyLookedUp(
  news: News,
): Promise<{ plan: Plan; result: AppliedPlans['results'][number] | undefined }> {
  const planned = planNews(news, await readBackground(database(), [news]))
  const plan = planned === 'ask' ? await planByAsking(news) : planned
  return transactStock(async (trx) => {
    const { results, changedCities } = await applyPlans(trx, [plan])
    return { result: { plan, result: results[0] }, changedCities }
  })
}
