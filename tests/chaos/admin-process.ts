import { database } from '@/lib/database'
import { expandInventory } from '@/lib/inventory'
import { reduceInventory } from '@/lib/inventory/admin'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { expandForException } from '@/lib/payments/resolve-expand'
import { refundException } from '@/lib/payments/resolve-refund'
import { restockForException } from '@/lib/payments/resolve-restock'
import { enqueue } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import { adminRequest, type AdminWork } from './admin-work'

/** An admin's process: does by the product's own functions what it is asked, one request beside the other. */
process.on('message', (message) => {
  const { id, work } = adminRequest.parse(message)
  void carryOut(work).then(
    (said) => process.send?.({ id, said }),
    (error: unknown) =>
      process.send?.({ id, said: `failed: ${error instanceof Error ? error.message : 'oddly'}` }),
  )
})
// It must not outlive whoever started it.
process.on('disconnect', () => process.exit())
process.send?.({ type: 'ready' })

async function carryOut(work: AdminWork): Promise<string> {
  switch (work.act) {
    case 'expand': {
      const result = await expandInventory(work.cityId, work.tier, work.seats, 'chaos', 'more seats')
      return result.success ? `limit ${result.newLimit}` : `refused: ${result.error}`
    }
    case 'reduce': {
      const authority = { authorizedBy: 'chaos', reason: 'fewer seats' }
      const result = await reduceInventory(work.cityId, work.tier, work.to, authority)
      return result.ok ? `limit ${result.limit}` : `refused: ${result.message}`
    }
    case 'resolve':
      return resolve(work)
    case 'reconcile': {
      const ids = await enqueue(database(), 'stripe-reconcile', [{}])
      wakeWorkers('stripe-reconcile')
      return ids[0] ?? 'one waits already'
    }
  }
}

async function resolve({ how, luck }: Extract<AdminWork, { act: 'resolve' }>): Promise<string> {
  const waiting = await database()
    .selectFrom('payment_exceptions')
    .select(['id', 'quantity'])
    .where('state', '<>', 'resolved')
    .orderBy('id')
    .execute()
  const chosen = waiting[luck % Math.max(1, waiting.length)]
  if (!chosen) return 'nothing waits'
  const result = await byResolution(chosen, how)
  return result.ok ? result.resolution : `refused: ${result.message}`
}

const resolver = { actor: 'chaos', authorizedBy: 'chaos', reason: 'somebody has to decide' }

function byResolution(
  { id, quantity }: { id: number; quantity: number | null },
  how: Extract<AdminWork, { act: 'resolve' }>['how'],
) {
  switch (how) {
    case 'refund':
      return refundException(id, resolver)
    case 'expand':
      return expandForException(id, resolver)
    case 'assign':
      // Without a number only Stripe's page would tell the admin how many seats were paid.
      return quantity === null
        ? dismissException(id, resolver)
        : assignException(id, { cityId: 'sf-jun-2026', tier: 'ga' }, resolver)
    case 'restock':
      return restockForException(id, resolver)
    case 'dismiss':
      return dismissException(id, resolver)
  }
}
