import { sql } from 'kysely'
import { ahead } from '@/db/ahead'
import { transact } from '@/lib/queues/transaction'
import type { Command } from './commands'
import type { Outcome } from './outcomes'
import { type ExecuteOptions, executeIn } from './execute'
import { retryable } from './retryable'

export interface RehearseOptions extends ExecuteOptions {
  /** How long to wait for each locked row; by default as long as `execute` does. */
  longestWaitMs?: number
}

/** What `execute` would answer, or throw, right now. Rolls everything back, and announces nothing. */
export async function rehearse(
  groups: readonly Command[][],
  { longestWaitMs, ...options }: RehearseOptions = {},
): Promise<Outcome[][]> {
  let answer: Outcome[][] = []
  try {
    await retryable(() =>
      transact(async (trx) => {
        if (longestWaitMs !== undefined)
          await sql`${ahead} select set_config('lock_timeout', ${String(longestWaitMs)}, true)`.execute(trx)
        answer = (await executeIn(trx, groups, options)).outcomes
        // Statements that were sent ahead, and constraints that only the commit would check, may still fail.
        await sql`set constraints all immediate`.execute(trx)
        throw new Rehearsed()
      }),
    )
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error
  }
  return answer
}

/** Takes the transaction back. */
class Rehearsed extends Error {}
