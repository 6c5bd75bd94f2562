/** The documented library, beside `@/lib/cities` and `@/lib/checkout-validation`: for other code too, so not all of it has a caller here. */
export {
  decrementInventory,
  type DecrementResult,
  expandInventory,
  type ExpandResult,
  getActualAvailableSpots,
  getPublicAvailableSpots,
  releaseInventoryReservation,
  reserveInventory,
  type ReserveResult,
  resetInventory,
  type StockValidation,
  validateInventoryForCheckout,
} from './stock-functions'
export {
  getInventoryExpansions,
  getInventoryTransactions,
  type InventoryExpansion,
  type InventoryTransaction,
} from './ledger/transactions'
export { checkInventoryStatus, getAllInventoryStatuses, type InventoryStatus } from './status'
export { processInventoryUpdate } from '@/lib/stripe/process-session'
