import { answer } from '@/app/api/answer'
import { readCityCall } from '@/app/api/calls/read-inventory'
import { readOneCity } from '@/app/api/handlers/read-city'

export const loader = answer(readCityCall, readOneCity)
