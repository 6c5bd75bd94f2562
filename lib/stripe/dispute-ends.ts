/**
 * Stripe's words for a dispute that is over, and what an alert says of it. An inquiry that came to nothing takes no money.
 * https://docs.stripe.com/api/disputes/object
 */
const disputeEnds: ReadonlyMap<string | null, string> = new Map([
  ['lost', 'It is lost'],
  ['prevented', 'It was prevented'],
  ['warning_closed', 'It was closed'],
  ['won', 'It is won'],
])

/** Whether nothing is left to be answered. @param status in Stripe's words */
export function isOver(status: string | null): boolean {
  return disputeEnds.has(status)
}

/** What is to be done about a dispute that has begun: it may be over by then, as one that was prevented. */
export function whatToDo(status: string | null): string {
  const end = disputeEnds.get(status)
  return end ? `${end} already, and needs no answer.` : "Answer it in Stripe's dashboard."
}
