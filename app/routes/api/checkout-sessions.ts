import { answer } from '@/app/api/answer'
import { startCheckoutCall } from '@/app/api/calls/checkout'
import { checkOut } from '@/app/api/handlers/checkout'

export const action = answer(startCheckoutCall, checkOut)
