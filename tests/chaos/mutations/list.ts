import { accountsMutations } from './accounts'
import { checkoutMutations } from './checkout'
import { dbMutations } from './db'
import { housekeepingMutations } from './housekeeping'
import { idempotencyMutations } from './idempotency'
import { inventoryMutations } from './inventory'
import { inventoryLockMutations } from './inventory-locks'
import { linksMutations } from './links'
import { paymentsMutations } from './payments'
import { queuesMutations } from './queues'
import { settingsMutations } from './settings'
import { stripeMutations } from './stripe'
import type { Mutation } from './mutation'

/** All guards that are taken away, those of the stock first. The table in `docs/proofs.md` has a row for each. */
export const mutations: Mutation[] = [
  ...inventoryLockMutations,
  ...inventoryMutations,
  ...dbMutations,
  ...stripeMutations,
  ...paymentsMutations,
  ...checkoutMutations,
  ...queuesMutations,
  ...idempotencyMutations,
  ...housekeepingMutations,
  ...settingsMutations,
  ...linksMutations,
  ...accountsMutations,
]
