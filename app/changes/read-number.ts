/** A limit as it was typed: a whole number from 0 on. Null for anything else; undefined where nothing was typed. */
export function readLimit(text: string | null): number | null | undefined {
  const typed = text?.trim()
  if (!typed) return undefined
  return /^(0|[1-9][0-9]{0,6})$/.test(typed) ? Number(typed) : null
}
