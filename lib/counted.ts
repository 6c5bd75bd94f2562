/** `1 seat`, `2 seats` */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** The verb after so many: `1 seat is`, `2 seats are`. */
export function isOrAre(number: number): 'is' | 'are' {
  return number === 1 ? 'is' : 'are'
}
