import { counted } from '@/lib/counted'

/** Minutes in whole words, for sentences: `15 minutes`, `1 hour`, `23 hours 50 minutes`. */
export function minutesInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return [hours > 0 && counted(hours, 'hour'), rest > 0 && counted(rest, 'minute')].filter(Boolean).join(' ')
}
