import type { Change } from './change'
import { expand } from './expand'
import { hiddenSale } from './hidden-sale'
import { reduce } from './reduce'
import { release } from './release'
import { relimit } from './relimit'
import { reset } from './reset'
import { saleState } from './sale-state'
import { undoReset } from './undo-reset'

const changes: ReadonlyMap<string, Change> = new Map(
  Object.entries({
    expand,
    reduce,
    relimit,
    'hidden-sale': hiddenSale,
    'sale-state': saleState,
    reset,
    'undo-reset': undoReset,
    release,
  }),
)

/** The change that the last part of an address names. */
export function changeNamed(name: string): Change | null {
  return changes.get(name) ?? null
}
