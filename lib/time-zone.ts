import { z } from 'zod'

/** A time zone as somebody writes it. */
export const timeZoneName = z
  .string()
  .trim()
  .max(64)
  .refine(isTimeZone, 'Use a full name of a time zone, such as America/Chicago')

/**
 * Whether this names a time zone, and the same one everywhere: `UTC`, `GMT`, or an area and a place. Of abbreviations and
 * offsets Node and PostgreSQL each have their own reading: `BST` is Dhaka or London, `+05:00` is east or west.
 */
export function isTimeZone(name: string): boolean {
  return (name.includes('/') || /^(UTC|GMT)$/i.test(name)) && canShowTimesIn(name)
}

/** Whether Node knows the zone, by whatever word. */
export function canShowTimesIn(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined
  } catch {
    return false
  }
}
