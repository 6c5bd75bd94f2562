import { transact } from '@/lib/queues/transaction'
import type { Command, Outcome } from './commands'
import { type ExecuteOptions, executeIn } from './execute'
import { retryable } from './retryable'

/** What `execute` would answer right now. Nothing is changed, and nobody is told. */
export async function rehearse(
  groups: readonly Command[][],
  options: ExecuteOptions = {},
): Promise<Outcome[][]> {
  let answer: Outcome[][] = []
  try {
    await retryable(() =>
      transact(async (trx) => {
        answer = (await executeIn(trx, groups, options)).outcomes
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
