/** A watcher of changes. */
export interface Watcher<View> {
  changed(view: View): void
  /** The numbers can no longer be kept up to date: the database is away. */
  lost(): void
}

/** Tells the numbers at hand at once, then each change, until the returned function is called. */
export interface Feed<View> {
  watch(watcher: Watcher<View>): () => void
}
