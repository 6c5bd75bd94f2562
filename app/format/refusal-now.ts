import type { RefusedTicketForm } from '@/app/components/ticket-form'
import { soldOutForNow } from '@/lib/inventory/shortage'
import { parseTier, type Tier } from '@/lib/tier'
import { canBuy, type TierState } from './seats'

/** Whether a refusal leads to a smaller order. */
export function asksForFewer({ problem, entered }: RefusedTicketForm): boolean {
  return problem.code === 'insufficient_stock' && entered.quantity !== '1'
}

/**
 * What is to be said of a refused order beside the choices as they are now: of a tier that cannot be chosen nobody can
 * try fewer.
 */
export function refusalNow(
  refused: RefusedTicketForm,
  choices: readonly { tier: Tier; state: TierState }[],
): RefusedTicketForm['problem'] {
  const { problem, entered } = refused
  const wanted = parseTier(entered.tier)
  if (!wanted || !asksForFewer(refused)) return problem
  const isThere = choices.some(({ tier, state }) => tier === wanted && canBuy(state))
  return isThere ? problem : { message: soldOutForNow(wanted), code: problem.code }
}

/**
 * Whether the choices show fewer seats than a refused order asked for. It is true, too, of an order that was refused for
 * another reason: no number of seats settles that.
 */
export function showsTooFew(
  { problem, entered }: RefusedTicketForm,
  choices: readonly { tier: Tier; state: TierState }[],
): boolean {
  const tier = parseTier(entered.tier)
  const shown = choices.find((choice) => choice.tier === tier)?.state
  if (problem.code !== 'insufficient_stock' || !shown) return true
  return Number(entered.quantity) > seatsShown(shown)
}

/** How many seats there are at least, as far as a buyer is told. */
function seatsShown(state: TierState): number {
  if (!canBuy(state)) return 0
  return 'left' in state ? state.left : 1
}
