/**
 * All rows of a list that is read page by page, from the first on, in portions. Each page is read when the portion before
 * it was taken.
 *
 * @param read a page: the first one without a cursor, each other one by the `nextCursor` of the one before
 */
export async function* inPortions<Row, Cursor, Page extends { nextCursor: Cursor | null }>(
  read: (cursor?: Cursor) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
): AsyncGenerator<readonly Row[]> {
  let cursor: Cursor | undefined
  do {
    const page = await read(cursor)
    yield rowsOf(page)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
