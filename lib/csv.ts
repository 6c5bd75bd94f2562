type CsvValues = readonly (string | number | Date | null)[]

/** A file of many lines, in pieces: its head line, and then a piece for each portion of rows. */
export async function* csvFile<Row>(
  columns: readonly string[],
  portions: AsyncIterable<readonly Row[]>,
  valuesOf: (row: Row) => CsvValues,
): AsyncGenerator<string> {
  yield csvHead(columns)
  for await (const rows of portions)
    if (rows.length > 0) yield rows.map((row) => csvLine(valuesOf(row))).join('')
}

/**
 * The head line with which a file begins, and before it the mark of UTF-8: without it Excel reads all that is not ASCII
 * in the code page of its computer.
 */
export function csvHead(columns: readonly string[]): string {
  return `\ufeff${csvLine(columns)}`
}

/** One line of CSV (RFC 4180). */
export function csvLine(values: CsvValues): string {
  return `${values.map(csvValue).join(',')}\r\n`
}

function csvValue(value: string | number | Date | null): string {
  if (value === null) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number') return String(value)
  const text = harmless(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A text that begins like a formula would be run by a spreadsheet; with an apostrophe in front it is shown. So would what
 * follows a semicolon, a tab or a line's end: a spreadsheet that takes those for the end of a cell sees no quotes here. If
 * quotes come first, it takes two of ours for an empty text, and goes on in the same cell.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function harmless(text: string): string {
  const safe = text.replace(/(?<=[;\t\r\n]"*)[=+\-@]/g, "'$&")
  return /^[=+\-@\t\r\n]/.test(safe) ? `'${safe}` : safe
}
