import { answer } from '@/app/api/answer'
import { streamInventoryCall } from '@/app/api/calls/read-inventory'
import { streamPublic } from '@/app/api/handlers/streams'

export const loader = answer(streamInventoryCall, streamPublic)
