import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { runAudit } from '@/lib/audit'
import {
  decrementInventory,
  expandInventory,
  releaseInventoryReservation,
  reserveInventory,
  resetInventory,
} from '@/lib/inventory'
import { undoReset } from '@/lib/inventory/admin'
import { auditDifferences } from '@/tests/support/audit-differences'
import { cities } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { pay, refund } from '@/tests/support/stories/payments'

storyDatabase()

test('audits in the middle of buying, refunding, expanding, resetting and undoing are clean', async () => {
  const places = await cities(3)
  let open = true
  let looks = 0
  const everything = (async () => {
    // As long as it takes to be looked at often enough, on any machine.
    for (let round = 0; round < 12 || (looks < 4 && round < 200); round++) {
      await Promise.all(
        places.flatMap((cityId, index) => [
          pay({ cityId, quantity: 1 + (round % 3) }).then((order) =>
            round % 2 === 0 ? refund(order, 1) : undefined,
          ),
          pay({ cityId, tier: 'vip' }),
          holdFor(cityId, round),
          expandInventory(cityId, 'ga', 1 + index, 'Nate'),
        ]),
      )
      const [first = ''] = places
      if (round % 4 === 2) await resetInventory(first, 'Nate', 'in the middle')
      if (round % 4 === 3) await undoReset(first, { authorizedBy: 'Nate' })
    }
  })().finally(() => {
    open = false
  })

  while (open) {
    const run = await runAudit({ full: looks % 2 === 0 })
    expect(run.differences).toEqual([])
    looks++
  }
  await everything
  expect(looks).toBeGreaterThan(3)
  expect(await auditDifferences()).toEqual([])
})

async function holdFor(cityId: string, round: number): Promise<void> {
  const id = randomUUID()
  await reserveInventory(cityId, 'ga', 2, id)
  if (round % 2 === 0) await decrementInventory(cityId, 'ga', 2, { reservationId: id })
  else await releaseInventoryReservation(id)
}
