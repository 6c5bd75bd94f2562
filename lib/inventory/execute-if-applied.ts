import type { Command } from './commands'
import type { Outcome } from './outcomes'
import { executeOne } from './execute-one'

/**
 * Runs one command, and where it is not applied takes all back that was written on the way: the payment that a sale was
 * to be of would otherwise stay, though nothing of Stripe's leads to it.
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
