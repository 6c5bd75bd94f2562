import { answer } from '@/app/api/answer'
import { bulkChange, readAdminInventory } from '@/app/api/calls/admin-inventory'
import { changeMany } from '@/app/api/handlers/bulk-change'
import { readOverview } from '@/app/api/handlers/read-overview'

export const loader = answer(readAdminInventory, readOverview)

export const action = answer(bulkChange, changeMany)
