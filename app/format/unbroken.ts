/**
 * A text whose day and clock do not break over two lines: no-break spaces in `January 17` and `2:32 PM CST`, wherever
 * they stand.
 */
export function unbroken(text: string): string {
  return text.replace(/\d+:\d\d [AP]M( \S+$)?|^\w+ \d+(?= at )/g, (part) => part.replaceAll(' ', '\u00a0'))
}
