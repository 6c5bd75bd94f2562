import { setTimeout as sleep } from 'node:timers/promises'
import type { DeliveryTarget, StoredEvent } from '../store'
import type { Deliveries, DeliveryAttempt } from './deliveries'
import { urlOnThisMachine } from './this-machine'
import type { SignOptions } from './signature'

export interface DeliverOptions extends SignOptions {
  /** How often, all at once; default 1. */
  times?: number
  delayMs?: number
  /** Only there; default every webhook URL. */
  url?: string
}

/** Posts an event now, past holds and rules and without retries; resolves with the answers. */
export async function deliverByHand(
  deliveries: Deliveries,
  event: StoredEvent,
  urls: readonly string[],
  options: DeliverOptions = {},
): Promise<DeliveryAttempt[]> {
  if (options.delayMs !== undefined) await sleep(options.delayMs)
  const targets = targetsOf(event, options.url === undefined ? urls : [urlOnThisMachine(options.url)])
  const attempts = targets.flatMap((target) =>
    Array.from({ length: options.times ?? 1 }, () => deliveries.attempt(event, target, options)),
  )
  return Promise.all(attempts)
}

function targetsOf(event: StoredEvent, urls: readonly string[]): DeliveryTarget[] {
  return urls.map((url) => {
    const known = event.targets.find((target) => target.url === url)
    if (known) return known
    const added: DeliveryTarget = { url, state: 'pending', attempts: 0 }
    event.targets.push(added)
    return added
  })
}
