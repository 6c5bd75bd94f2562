/**
 * What went wrong, in words: of any thrown value, also of a plain object, as pg-boss hands errors on. Without a stack,
 * and without the value that PostgreSQL could not read: its message quotes the value, which may be anything that a user
 * typed.
 */
export function errorText(error: unknown): string {
  if (!hasMessage(error)) return String(error)
  // The marks are those of the server's language, and a value may hold some itself.
  return isAboutValue(error) ? error.message.replace(/["«»„“].*["«»“”]/s, '"…"') : error.message
}

function hasMessage(error: unknown): error is { message: string } {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  )
}

/** SQLSTATE class 22: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isAboutValue(error: object): boolean {
  return 'code' in error && typeof error.code === 'string' && /^22[0-9A-Z]{3}$/.test(error.code)
}
