import { sweepReservations } from '@/lib/checkout/sweep'
import { oneByOne } from './one-by-one'
import type { QueueWorker } from './queue-worker'

export const reservationSweepWorker: QueueWorker<'reservation-sweep'> = {
  queue: 'reservation-sweep',
  polls: [{ batchSize: 1, pollingIntervalSeconds: 1 }],
  handle: oneByOne(() => sweepReservations()),
}
