import type { Command } from './commands'
import type { Outcome } from './outcomes'
import { decide } from './decide'
import { insufficientOutcome } from './decide/decision'
import { Draft, type Written } from './draft'
import { poolKey, type State } from './model'

/** The result of all groups: an outcome for each command, and the final version of all rows that changed. */
export interface Folded extends Written {
  outcomes: Outcome[][]
}

/**
 * Folds the rules over groups of commands in order. All or nothing within a group: one rejected command takes back
 * the group's other commands. Groups do not affect each other. Pure: `state` stays as it is.
 */
export function fold(state: State, groups: readonly Command[][]): Folded {
  const draft = new Draft(state)
  const outcomes = groups.map((group) => {
    draft.beginGroup()
    const decided = group.map((command) => {
      const decision = decide(draft.state, command)
      if (decision.outcome.status === 'rejected') return sinceGroupBegan(decision.outcome, command, draft)
      draft.apply(decision.changes)
      return decision.outcome
    })
    if (!decided.some((outcome) => outcome.status === 'rejected')) return decided
    draft.takeGroupBack()
    return decided.map((outcome) => (outcome.status === 'rejected' ? outcome : takenBack))
  })
  return { outcomes, ...draft.written() }
}

const takenBack: Outcome = {
  status: 'rejected',
  code: 'group_rejected',
  message: 'Not done, because another part of the same request was refused',
}

/**
 * Reports a shortage as the whole group met it: seats that the group's earlier commands took count as available,
 * and as requested.
 */
function sinceGroupBegan(outcome: Outcome, command: Command, draft: Draft): Outcome {
  if (outcome.status !== 'rejected' || outcome.code !== 'insufficient_stock') return outcome
  if (command.type !== 'hold' && command.type !== 'sell') return outcome
  const pool = draft.poolBeforeGroup(poolKey(command))
  const current = draft.state.pools.get(poolKey(command))
  if (!pool || !current) return outcome
  const own = Math.max(0, current.sold + current.held - pool.sold - pool.held)
  if (own === 0) return outcome
  return insufficientOutcome(pool, (outcome.available ?? 0) + own, command.quantity + own)
}
