import { inject } from 'vitest'
import { openShopIn, type Shop, type ShopOptions } from './shop'
import './database'

/** Starts a shop for a test file, with a database of its own in the suite's PostgreSQL. `close` ends all of it. */
export function openShop(options?: ShopOptions): Promise<Shop> {
  return openShopIn(inject('cluster'), options)
}
