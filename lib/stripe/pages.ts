/** The most that Stripe puts on one page of a list. */
const pageSize = 100

/** Asks a list of Stripe's for all that was made since then. */
export function madeSince(moment: Date): { created: { gte: number }; limit: number } {
  return { created: { gte: Math.floor(moment.getTime() / 1000) }, limit: pageSize }
}

/** Items in lots of a page, so that a list of any length is worked through without being kept. */
export async function* pagesOf<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let page: Item[] = []
  for await (const item of items) {
    page.push(item)
    if (page.length < pageSize) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
