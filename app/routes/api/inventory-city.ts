import { answer } from '@/app/api/answer'
import { readCity } from '@/app/api/calls/read-inventory'
import { readOneCity } from '@/app/api/handlers/read-city'

export const loader = answer(readCity, readOneCity)
