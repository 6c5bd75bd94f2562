/**
 * Making one of the engine's formats costs a hundred times what using it does, and memory that the collector does not
 * see; so each is made once. There are few: time zones and currencies times the ways we write them.
 */

/** `Intl.DateTimeFormat` in US English. */
export function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(dates, options, () => new Intl.DateTimeFormat('en-US', options))
}

/** `Intl.NumberFormat` in US English. */
export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(numbers, options, () => new Intl.NumberFormat('en-US', options))
}

/** What was made for `of` before, or is made now. */
export function kept<Made>(all: Map<string, Made>, of: object, make: () => Made): Made {
  const key = JSON.stringify(of)
  const made = all.get(key) ?? make()
  all.set(key, made)
  return made
}

const dates = new Map<string, Intl.DateTimeFormat>()
const numbers = new Map<string, Intl.NumberFormat>()
