import { bulkChange, readAdminInventory, streamAdminInventory } from './calls/admin-inventory'
import { expandInventory, resetInventory } from './calls/change-inventory'
import { startCheckoutCall } from './calls/checkout'
import { readDescription, readDocs, readHealth, readMetrics, readReadiness } from './calls/operations'
import { readCity, readInventory, streamInventory } from './calls/read-inventory'
import type { Call } from './describe'

/** Every call that other systems may make, in the order the documentation shows them. */
export const catalog: readonly Call[] = [
  readInventory,
  readCity,
  streamInventory,
  startCheckoutCall,
  expandInventory,
  resetInventory,
  readAdminInventory,
  bulkChange,
  streamAdminInventory,
  readDescription,
  readDocs,
  readHealth,
  readReadiness,
  readMetrics,
]
