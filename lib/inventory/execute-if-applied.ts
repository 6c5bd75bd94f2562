import { type Command, soldByName } from './commands'
import type { Outcome } from './outcomes'
import { executeOne } from './execute-one'

/**
 * Runs one command. Unless it is applied, everything is rolled back. Otherwise the payment row of a refused sale would
 * stay, unsold: no event of Stripe's may ever lead to it, or one that does would find it, and never the sale that other
 * code makes later by the reservation's name.
 */
export async function executeIfApplied(command: Command): Promise<Outcome> {
  try {
    return await executeOne(command, {
      record: async (_trx, { outcomes }) => {
        const [outcome] = outcomes.flat()
        if (outcome && !isKept(command, outcome)) throw new NotApplied(outcome)
      },
    })
  } catch (error) {
    if (error instanceof NotApplied) return error.outcome
    throw error
  }
}

/** What Stripe's names meant was there before, and has learned by what other names it is known. */
function isKept(command: Command, { status }: Outcome): boolean {
  return status === 'applied' || (status === 'duplicate' && soldByName(command) === null)
}

/** Takes the transaction back. */
class NotApplied extends Error {
  constructor(readonly outcome: Outcome) {
    super('The command was not applied')
  }
}
