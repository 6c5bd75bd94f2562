import { invalidState, noSuch } from '../stripe/error'
import type { Charge, Dispute } from '../stripe/objects'
import { newDispute } from '../stripe/refund-and-dispute'
import type { World } from '../world'

/** The customer's bank disputes a charge. @throws StripeError 400 when it is disputed already. */
export function dispute(
  world: World,
  charge: Charge,
  options: { amount?: number; reason?: string } = {},
): Dispute {
  if (charge.disputed) throw invalidState(`Charge ${charge.id} is disputed already.`)
  const created = newDispute({
    charge,
    amount: options.amount ?? charge.amount,
    reason: options.reason ?? 'fraudulent',
    created: world.clock.nowSeconds(),
  })
  charge.disputed = true
  world.store.disputes.add(created)
  world.emit('charge.dispute.created', created)
  return created
}

/** @throws StripeError 404, or 400 when it is closed already. */
export function closeDispute(world: World, id: string, result: 'lost' | 'won'): Dispute {
  const found = world.store.disputes.get(id)
  if (!found) throw noSuch('dispute', id)
  if (found.status === 'won' || found.status === 'lost')
    throw invalidState(`Dispute ${id} is closed already.`)
  found.status = result
  world.emit('charge.dispute.closed', found)
  return found
}
