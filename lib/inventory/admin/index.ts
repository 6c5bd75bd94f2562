export type { AdminAuthority } from './authority'
export {
  type BulkResult,
  type CityResult,
  expandCities,
  largestBulk,
  type RecordBulk,
  resetCities,
} from './bulk'
export { expandCapacity, reduceInventory, relimitInventory } from './limits'
export { previewReset, type ResetPreview } from './reset-preview'
export { resetCity, undoReset } from './resets'
export type { AdminRefusal, AdminResult } from './result'
export { setHiddenSale, setSaleState } from './sale-settings'
