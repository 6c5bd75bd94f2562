import { bulkChangeCall, readAdminInventoryCall, streamAdminInventoryCall } from './calls/admin-inventory'
import { expandInventoryCall, resetInventoryCall } from './calls/change-inventory'
import { startCheckoutCall } from './calls/checkout'
import {
  readDescriptionCall,
  readDocsCall,
  readHealthCall,
  readMetricsCall,
  readReadinessCall,
} from './calls/operations'
import { readCityCall, readInventoryCall, streamInventoryCall } from './calls/read-inventory'
import type { Call } from './describe'

/** Calls that somebody looks for together. */
interface CallGroup {
  name: string
  calls: readonly Call[]
}

/** Every call that other systems may make, in the order the documentation shows them. */
export const callGroups: readonly CallGroup[] = [
  { name: 'Seats left', calls: [readInventoryCall, readCityCall, streamInventoryCall] },
  { name: 'Checkout', calls: [startCheckoutCall] },
  { name: 'Changes of stock', calls: [expandInventoryCall, resetInventoryCall, bulkChangeCall] },
  { name: 'All numbers', calls: [readAdminInventoryCall, streamAdminInventoryCall] },
  {
    name: 'The service itself',
    calls: [readDescriptionCall, readDocsCall, readHealthCall, readReadinessCall, readMetricsCall],
  },
]

/** The calls of all groups. */
export const catalog: readonly Call[] = callGroups.flatMap(({ calls }) => calls)
