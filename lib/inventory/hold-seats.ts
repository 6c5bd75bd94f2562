import { config } from '@/lib/config'
import { writeTogether } from '@/lib/write-together'
import type { Hold } from './commands'
import type { Outcome } from './outcomes'
import { execute } from './execute'
import { poolKey } from './model'

/**
 * Takes a hold. Holds of one process for the same stock row that arrive while another is being written are written
 * together, first come first served, in one transaction. A hold that comes alone starts at once. A refused one does
 * not affect the others.
 *
 * @throws what the database throws; then nothing is held
 */
export const holdSeats: (command: Hold) => Promise<Outcome> = writeTogether({
  largest: 200,
  lineOf: poolKey,
  write: async (commands: readonly Hold[]) => {
    const outcomes = await execute(
      commands.map((command) => [command]),
      { limits: config().holdLimits },
    )
    return outcomes.flat()
  },
})
