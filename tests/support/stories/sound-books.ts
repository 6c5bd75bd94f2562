import { expect } from 'vitest'
import { auditDifferences } from '../audit-differences'
import { violations } from './violations'

/** Nothing is wrong with stock, ledger, payments or reservations, neither by plain SQL nor by a full audit. */
export async function expectSoundBooks(): Promise<void> {
  expect(await violations()).toEqual([])
  expect(await auditDifferences()).toEqual([])
}
