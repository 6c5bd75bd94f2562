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

/** Every call that other systems may make, in the order the documentation shows them. */
export const catalog: readonly Call[] = [
  readInventoryCall,
  readCityCall,
  streamInventoryCall,
  startCheckoutCall,
  expandInventoryCall,
  resetInventoryCall,
  readAdminInventoryCall,
  bulkChangeCall,
  streamAdminInventoryCall,
  readDescriptionCall,
  readDocsCall,
  readHealthCall,
  readReadinessCall,
  readMetricsCall,
]
