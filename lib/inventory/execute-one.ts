import type { Command } from './commands'
import type { Outcome } from './outcomes'
import { execute, type ExecuteOptions } from './execute'

/** Runs one command in a transaction of its own. */
export async function executeOne(command: Command, options: ExecuteOptions = {}): Promise<Outcome> {
  const [[outcome] = []] = await execute([[command]], options)
  if (!outcome) throw new Error('execute gave no outcome')
  return outcome
}
