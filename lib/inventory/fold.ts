import type { Command } from './commands'
import type { Outcome } from './outcomes'
import { decide } from './decide'
import { insufficientOutcome } from './decide/decision'
import { Draft, type Written } from './draft'
import { poolKey, type State } from './model'

/** What a run of groups comes to: an outcome for each command, and the final version of all that changed. */
export interface Folded extends Written {
  outcomes: Outcome[][]
}

/**
 * Folds the rules over groups of commands in order. Within a group all or nothing: one refusal takes the
 * group's other commands back. Groups do not touch each other's fate. Pure: `state` stays as it is.
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

/** A refusal for lack of stock speaks of the stock that the whole group found, not of what it left itself. */
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
