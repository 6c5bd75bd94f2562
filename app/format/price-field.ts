/** The field of a city's page that keeps what a tier cost when the page was made: `price-ga`. */
export function priceField(tier: string): string {
  return `price-${tier}`
}
