import { createHmac } from 'node:crypto'
import { config } from '@/lib/config'
import type { DeliveryKey } from './decide-claim'

/**
 * Names a delivery in a form, for somebody who may send it once more and not read whom it reaches. Made with
 * SESSION_SECRET: a plain hash of a phone number is found by trying all numbers.
 */
export function deliveryName({ alertId, channel, target }: DeliveryKey): string {
  return createHmac('sha256', config().sessionSecret)
    .update(`delivery of an alert\0${alertId}\0${channel}\0${target}`)
    .digest('base64url')
}
