import pg from 'pg'

/** Deadlock and serialization failure. */
const lostRaces = new Set(['40P01', '40001'])

/** What a transaction looked up before it had its locks was no longer true once it had them. */
export class StockMoved extends Error {
  constructor() {
    super('The stock moved while its locks were taken')
  }
}

/** Runs a transaction, and again at most twice after an error that the next try may not meet. */
export async function retryable<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (error) {
      if (tries === 3 || !isWorthAnotherTry(error)) throw error
    }
  }
}

/**
 * Whether only other transactions were in the way: what this one wrote is not at fault, however often it was tried.
 */
export function isLostRace(error: unknown): boolean {
  return error instanceof StockMoved || lostRaces.has(codeOf(error))
}

/** A unique key counts, too: another transaction may have written it first, and the next try finds its row. */
function isWorthAnotherTry(error: unknown): boolean {
  return isLostRace(error) || codeOf(error) === '23505'
}

function codeOf(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : ''
}
