/** The longest id or name we take from outside, in UTF-16 units. */
export const maxTextLength = 255

/**
 * Whether a string from outside can be stored as it is: not empty, not too long, no null byte or other
 * control character, no half of a surrogate pair (PostgreSQL would refuse or change those).
 */
export function isStorableText(input: unknown, maxLength = maxTextLength): input is string {
  return (
    typeof input === 'string' &&
    input.trim() !== '' &&
    input.length <= maxLength &&
    input.isWellFormed() &&
    !/\p{Cc}/u.test(input.replace(/[\t\r\n]/g, ''))
  )
}

/** What is said to somebody whose text `isStorableText` refuses. */
export function unstorable(name: string): string {
  return `${name} must be a text without control characters, at most ${maxTextLength} long`
}
