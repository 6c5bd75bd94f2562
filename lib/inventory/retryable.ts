import pg from 'pg'

/** Deadlock and serialization failure. */
const lostRaces = new Set(['40P01', '40001'])

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

/** Whether others alone were in the way, however often it was tried. */
export function isLostRace(error: unknown): boolean {
  return error instanceof StockMoved || lostRaces.has(codeOf(error))
}

/** A unique key, too, may be one that somebody else was faster to write: a second look finds their row. */
function isWorthAnotherTry(error: unknown): boolean {
  return isLostRace(error) || codeOf(error) === '23505'
}

function codeOf(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : ''
}
