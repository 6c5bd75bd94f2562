/**
 * Asks one question at a time for all who want to know.
 *
 * @param keptMs how long after it was asked an answer is still given; an error is given only to those who waited for it
 */
export function sharedAnswer<T>(question: () => Promise<T>, keptMs: number): () => Promise<T> {
  let shared: Promise<T> | undefined
  let askedAt = 0
  let isOpen = false

  async function asked(): Promise<T> {
    isOpen = true
    askedAt = performance.now()
    try {
      return await question()
    } catch (error) {
      shared = undefined
      throw error
    } finally {
      isOpen = false
    }
  }

  return () => {
    if (shared && (isOpen || performance.now() - askedAt < keptMs)) return shared
    return (shared = asked())
  }
}
