/** A text whose clock does not break over two lines: no-break spaces in `2:32 PM CST`, wherever it stands. */
export function unbroken(text: string): string {
  return text.replace(/\d+:\d\d [AP]M( \S+$)?/, (clock) => clock.replaceAll(' ', '\u00a0'))
}
