import { answer } from '@/app/api/answer'
import { startCheckoutCall } from '@/app/api/calls/checkout'
import { holdAndOpen } from '@/app/api/handlers/checkout'

export const action = answer(startCheckoutCall, holdAndOpen)
