import { counted } from '@/lib/counted'

/** `1 city`, `2 cities` */
export function cities(quantity: number): string {
  return counted(quantity, 'city', 'cities')
}
