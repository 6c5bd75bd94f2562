import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { crowd } from '../crowd'
import type { PeerAnswer, PeerOrder } from './start'

/** The peer's process: Medusa's inventory and locking modules, without the rest of Medusa. Its parent's end is its own. */

process.on('disconnect', () => process.exit())

const [folder = '', clientUrl = ''] = process.argv.slice(2)
const peer = createRequire(resolve(folder, 'package.json'))
const location = 'bench'

/** The parts of its interface that are used here. */
interface MedusaSdk {
  MedusaAppMigrateUp: (options: unknown) => Promise<void>
  MedusaApp: (options: unknown) => Promise<{ modules: { inventory: Inventory; locking: Locking } }>
}
interface Inventory {
  createInventoryItems: (item: { sku: string }) => Promise<{ id: string }>
  createInventoryLevels: (levels: (Line & { stocked_quantity: number })[]) => Promise<unknown>
  createReservationItems: (items: (Line & { quantity: number })[]) => Promise<unknown>
}
interface Line {
  inventory_item_id: string
  location_id: string
}
interface Locking {
  execute: <T>(key: string, act: () => Promise<T>, options: { timeout: number }) => Promise<T>
}

try {
  const reserve = await openShop()
  process.on('message', ({ count, atOnce }: PeerOrder) => {
    crowd(count, atOnce, reserve).then(({ perSecond }) => answer({ perSecond }), fail)
  })
  answer({ perSecond: 0 })
} catch (error) {
  fail(error)
}

/** @returns reserves one seat of an item with plenty of stock, under its lock */
async function openShop(): Promise<() => Promise<unknown>> {
  const { MedusaApp, MedusaAppMigrateUp } = peer('@medusajs/framework/modules-sdk') as MedusaSdk
  // Everybody who waits for the lock keeps a connection, and its holder needs one more.
  const database = { clientUrl, driverOptions: {}, pool: { min: 0, max: 40 } }
  const provider = {
    resolve: peer.resolve('@medusajs/locking-postgres'),
    id: 'locking-postgres',
    is_default: true,
    options: { database },
  }
  const options = {
    cwd: folder,
    sharedResourcesConfig: { database },
    modulesConfig: {
      inventory: { resolve: peer.resolve('@medusajs/inventory'), options: { database } },
      locking: { resolve: peer.resolve('@medusajs/locking'), options: { database, providers: [provider] } },
    },
  }
  await MedusaAppMigrateUp(options)
  const { inventory, locking } = (await MedusaApp(options)).modules
  const { id } = await inventory.createInventoryItems({ sku: randomUUID() })
  const line = { inventory_item_id: id, location_id: location }
  await inventory.createInventoryLevels([{ ...line, stocked_quantity: 1_000_000 }])
  return () =>
    locking.execute(id, () => inventory.createReservationItems([{ ...line, quantity: 1 }]), { timeout: 60 })
}

function answer(message: PeerAnswer): void {
  process.send?.(message)
}

function fail(error: unknown): void {
  answer({ error: `The peer: ${error instanceof Error ? error.message : String(error)}` })
}
