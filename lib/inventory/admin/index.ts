export type { AdminAuthority } from './authority'
export {
  type BulkResult,
  type CityResult,
  expandCities,
  largestBulk,
  type RecordBulk,
  resetCities,
  type SeenByCity,
} from './bulk'
export {
  expandCapacity,
  type LimitOptions,
  type LimitResult,
  reduceInventory,
  type RelimitOptions,
  relimitInventory,
} from './limits'
export { previewReset, type ResetPreview, type UndoPreview } from './reset-preview'
export { resetCity, type ResetOptions, undoReset } from './resets'
export type { AdminRefusal, AdminRefusalCode, AdminResult } from './result'
export { setHiddenSale, setSaleState, type SettingOptions, type SettingResult } from './sale-settings'
