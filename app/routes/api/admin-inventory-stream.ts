import { answer } from '@/app/api/answer'
import { streamAdminInventoryCall } from '@/app/api/calls/admin-inventory'
import { streamFull } from '@/app/api/handlers/streams'

export const loader = answer(streamAdminInventoryCall, streamFull)
