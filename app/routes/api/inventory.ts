import { answer, byMethod } from '@/app/api/answer'
import { expandInventoryCall, resetInventoryCall } from '@/app/api/calls/change-inventory'
import { readInventoryCall } from '@/app/api/calls/read-inventory'
import { expandOne, resetOne } from '@/app/api/handlers/change-inventory'
import { readAllOrOne } from '@/app/api/handlers/read-inventory'

export const loader = answer(readInventoryCall, readAllOrOne)

export const action = byMethod({
  POST: answer(expandInventoryCall, expandOne),
  DELETE: answer(resetInventoryCall, resetOne),
})
