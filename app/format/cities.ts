/** `1 city`, `2 cities` */
export function cities(quantity: number): string {
  return quantity === 1 ? '1 city' : `${quantity} cities`
}
