/**
 * PostgreSQL's literal of an array of texts and numbers: the same as `pg` would write, with a third of the work and none
 * of the garbage, of which a batch of 500 payments leaves megabytes. Other arrays are left to `pg`.
 *
 * Source: https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO
 */
export function arrayLiteral(values: readonly unknown[]): string | readonly unknown[] {
  // To `includes` a hole is undefined; the other methods of arrays pass it over.
  if (values.includes(undefined) || !values.every(isPlain)) return values
  if (values.length > 0 && values.every(isTextAsItIs)) return `{"${values.join('","')}"}`
  return `{${values.map(element).join(',')}}`
}

type Plain = string | number | null

function isPlain(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'number' || value === null
}

function isTextAsItIs(value: Plain): boolean {
  return typeof value === 'string' && !/["\\]/.test(value)
}

function element(value: Plain): string {
  if (value === null) return 'NULL'
  return typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : String(value)
}
