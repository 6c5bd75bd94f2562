/** Where a buyer learns how a checkout that they have not paid stands, and gives its seats back. */
export function unpaidCheckoutPath(of: { reservationId: string; cityId: string }): string {
  const query = new URLSearchParams({ reservation: of.reservationId, city: of.cityId })
  return `/checkout/cancelled?${query.toString()}`
}
