import { answer } from '@/app/api/answer'
import { bulkChangeCall, readAdminInventoryCall } from '@/app/api/calls/admin-inventory'
import { changeMany } from '@/app/api/handlers/bulk-change'
import { readOverview } from '@/app/api/handlers/read-overview'

export const loader = answer(readAdminInventoryCall, readOverview)

export const action = answer(bulkChangeCall, changeMany)
