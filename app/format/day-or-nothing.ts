/** A day for a date field, which shows nothing but a date, and complains of all else. */
export function dayOrNothing(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : ''
}
