import { answer, byMethod } from '@/app/api/answer'
import { expandInventory, resetInventory } from '@/app/api/calls/change-inventory'
import { readInventory } from '@/app/api/calls/read-inventory'
import { expandOne, resetOne } from '@/app/api/handlers/change-inventory'
import { readAllOrOne } from '@/app/api/handlers/read-inventory'

export const loader = answer(readInventory, readAllOrOne)

export const action = byMethod({
  POST: answer(expandInventory, expandOne),
  DELETE: answer(resetInventory, resetOne),
})
