/** The number of a row as an address has it; null for what no row can be numbered. */
export function readRowNumber(text: string | null | undefined): number | null {
  return text && /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : null
}
