/**
 * A text from outside in a form that can be stored: without control characters and halves of surrogate pairs,
 * at most so many UTF-16 units long.
 */
export function clipped(text: string, maxLength: number): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, maxLength)
    .toWellFormed()
}

/** The same of a text that may be missing. */
export function clippedOrNull(text: string | undefined, maxLength: number): string | null {
  return text === undefined ? null : clipped(text, maxLength)
}
