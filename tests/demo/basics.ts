import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  getActualAvailableSpots,
  getInventoryTransactions,
  getPublicAvailableSpots,
  validateInventoryForCheckout,
} from '@/lib/inventory'
import { chapter, expectPromise, say } from './promise'

const city = 'chicago-may-2026'

/** Basic operations through the documented functions. */
export async function showBasics(): Promise<void> {
  chapter('Basic operations')
  expectPromise('Chicago begins with 35 GA seats', await getPublicAvailableSpots(city, 'ga'), 35)
  expectPromise('…and 15 VIP seats', await getPublicAvailableSpots(city, 'VIP'), 15)
  expectPromise(
    '40 GA tickets are refused with a reason',
    await validateInventoryForCheckout(city, 'ga', 40),
    {
      valid: false,
      available: 35,
      error: 'Only 35 GA tickets available, but 40 requested',
    },
  )
  const sale = { sessionId: 'cs_demo_basics' }
  expectPromise('a sale of 5 leaves 30', await decrementInventory(city, 'ga', 5, sale), {
    success: true,
    availableAfter: 30,
  })
  expectPromise('the same session again sells nothing', await decrementInventory(city, 'ga', 5, sale), {
    success: true,
    duplicate: true,
    availableAfter: 30,
  })
  expectPromise(
    'an admin adds 20 hidden seats',
    await expandInventory(city, 'ga', 20, 'Nate', 'High demand'),
    {
      success: true,
      newLimit: 55,
    },
  )
  expectPromise('customers still see 30', await getPublicAvailableSpots(city, 'ga'), 30)
  expectPromise('admins see 50', await getActualAvailableSpots(city, 'ga'), 50)
  const status = await checkInventoryStatus(city)
  say(
    `sold ${status?.sold.ga}, public limit ${status?.publicLimits.ga}, actual limit ${status?.actualLimits.ga}`,
  )
  const ledger = await getInventoryTransactions(city)
  expectPromise(
    'the ledger tells the story, newest first',
    ledger.filter((row) => row.tier === 'ga').map((row) => `${row.operation} ${row.quantity}`),
    ['expand 20', 'decrement 5', 'open 35'],
  )
}
