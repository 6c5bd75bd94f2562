/** `1 seat`, `2 seats`, and with a plural of its own `2 cities` */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** The verb after so many: `1 seat is`, `2 seats are`. */
export function isOrAre(number: number): 'is' | 'are' {
  return number === 1 ? 'is' : 'are'
}
