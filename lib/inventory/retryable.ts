import pg from 'pg'

/** Deadlock, serialization failure, and a unique key that somebody else was faster to write. */
const worthAnotherTry = new Set(['40P01', '40001', '23505'])

/** What a transaction had looked up before its locks was no longer so once it held them. */
export class StockMoved extends Error {
  constructor() {
    super('The stock moved while its locks were taken')
  }
}

/** Runs a transaction again, at most twice, after an error that a second look may not meet again. */
export async function retryable<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (error) {
      if (tries === 3 || !isWorthAnotherTry(error)) throw error
    }
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof StockMoved) return true
  return error instanceof pg.DatabaseError && worthAnotherTry.has(error.code ?? '')
}
