/** The number of a row in an address; null for a text that is no row's number. */
export function readRowNumber(text: string | null | undefined): number | null {
  return text && /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : null
}
