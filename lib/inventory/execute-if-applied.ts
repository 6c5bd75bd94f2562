import type { Command } from './commands'
import type { Outcome } from './outcomes'
import { executeOne } from './execute-one'

/**
 * Runs one command. Unless it is applied, everything is rolled back: otherwise the payment row of a refused sale
 * would stay, though no event of Stripe's ever leads to it.
 */
export async function executeIfApplied(command: Command): Promise<Outcome> {
  try {
    return await executeOne(command, {
      record: async (_trx, { outcomes }) => {
        const [outcome] = outcomes.flat()
        if (outcome && outcome.status !== 'applied') throw new NotApplied(outcome)
      },
    })
  } catch (error) {
    if (error instanceof NotApplied) return error.outcome
    throw error
  }
}

/** Takes the transaction back. */
class NotApplied extends Error {
  constructor(readonly outcome: Outcome) {
    super('The command was not applied')
  }
}
