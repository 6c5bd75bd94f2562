import type { Collection } from '../collection'
import { noSuchParam } from '../stripe/error'
import type { ListObject } from '../stripe/objects'
import type { CreatedRange } from './param-types'

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100

export interface Page {
  limit?: number
  starting_after?: string
  ending_before?: string
}

/** A page of a list, newest first (https://docs.stripe.com/api/pagination). @throws StripeError 400 */
export function listPage<T extends { id: string }>(
  url: string,
  collection: Collection<T>,
  page: Page,
  matches: (item: T) => boolean,
): ListObject<T> {
  const all = collection.newestFirst()
  const limit = Math.min(page.limit ?? DEFAULT_LIMIT, MAX_LIMIT)
  if (page.ending_before !== undefined) {
    const before = all.slice(0, positionOf(all, page.ending_before, 'ending_before')).filter(matches)
    return { object: 'list', url, has_more: before.length > limit, data: before.slice(-limit) }
  }
  const start =
    page.starting_after === undefined ? 0 : positionOf(all, page.starting_after, 'starting_after') + 1
  const after = all.slice(start).filter(matches)
  return { object: 'list', url, has_more: after.length > limit, data: after.slice(0, limit) }
}

/** Whether a time in seconds lies in `created[…]`. */
export function within(at: number, range: CreatedRange | undefined): boolean {
  if (!range) return true
  return (
    at > (range.gt ?? -Infinity) &&
    at >= (range.gte ?? -Infinity) &&
    at < (range.lt ?? Infinity) &&
    at <= (range.lte ?? Infinity)
  )
}

function positionOf<T extends { id: string }>(all: readonly T[], id: string, param: string): number {
  const position = all.findIndex((item) => item.id === id)
  if (position < 0) throw noSuchParam('object', id, param)
  return position
}
