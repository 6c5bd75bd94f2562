import type { Command } from '@/lib/inventory/commands'
import { fold } from '@/lib/inventory/fold'
import { isOverdue, poolKey, type State } from '@/lib/inventory/model'
import { aPayment, aPool, aState, minutesLater } from '../stories/state'
import { poolIds, toCommand } from './commands'
import { namedBy, openingLimits, payments, type PoolName, poolNames, seatsPerEmail, type Step } from './steps'

/** A story's stock as the pure rules keep it, and the sum of its ledger since each pool's last reset. */
export interface PureRun {
  state: State
  ledger: Partial<Record<PoolName, number>>
}

const asIs = (name: string) => name

export function newPureRun(): PureRun {
  const pools = poolNames.flatMap((name) => {
    const publicLimit = openingLimits[name]
    return publicLimit === undefined ? [] : [aPool({ ...poolIds(name, asIs), publicLimit })]
  })
  return {
    state: aState({
      cities: { a: {}, b: {} },
      pools,
      payments: payments.map((name) =>
        aPayment({
          id: name,
          paymentIntentId: `pi ${name}`,
          sessionId: `cs ${name}`,
          reservationId: namedBy[name],
        }),
      ),
      limits: { perEmail: seatsPerEmail },
    }),
    ledger: {},
  }
}

/** Folds the rules over a step, as `execute` does: what is overdue lapses first. */
export function stepPure(run: PureRun, step: Step): { run: PureRun; refused: boolean[] } {
  const { state } = run
  switch (step.type) {
    case 'clock':
      return { run: { ...run, state: { ...state, now: minutesLater(step.minutes, state.now) } }, refused: [] }
    case 'refunds': {
      const paid = state.payments.get(step.payment)
      if (!paid) throw new Error(`No payment ${step.payment}`)
      const known = new Map([...state.payments, [step.payment, { ...paid, refundedCents: step.cents }]])
      return { run: { ...run, state: { ...state, payments: known } }, refused: [] }
    }
    case 'call': {
      const groups = step.groups.map((group) => group.map((command) => withPayment(toCommand(command, asIs))))
      const lapses = overdue(state, groups.flat())
      const folded = fold(state, [...lapses, ...groups])
      const after = {
        ...state,
        pools: new Map([...state.pools, ...folded.pools]),
        reservations: new Map([...state.reservations, ...folded.reservations]),
        payments: new Map([...state.payments, ...folded.payments]),
      }
      const ledger = { ...run.ledger }
      for (const entry of folded.entries) {
        const name = `${entry.cityId} ${entry.tier}` as PoolName
        if (entry.operation === 'reset') ledger[name] = 0
        else if (['decrement', 'restock', 'undo'].includes(entry.operation))
          ledger[name] = (ledger[name] ?? 0) + entry.quantity
      }
      return {
        run: { state: after, ledger },
        refused: folded.outcomes
          .slice(lapses.length)
          .map((group) => group.some((outcome) => outcome.status === 'rejected')),
      }
    }
  }
}

/** What readers see of a pool, as `figuresOf` of the model gives it. */
export function pureFigures({ state }: PureRun, name: PoolName) {
  const pool = state.pools.get(poolKey(poolIds(name, asIs)))
  if (!pool) return null
  const overdueSeats = [...state.reservations.values()]
    .filter((one) => poolKey(one) === poolKey(pool) && isOverdue(one, state.now))
    .reduce((seats, one) => seats + one.quantity, 0)
  return { shown: pool.publicLimit, real: pool.actualLimit, sold: pool.sold, held: pool.held - overdueSeats }
}

function withPayment(command: Command): Command {
  if (!('payment' in command)) return command
  const id = command.payment.paymentIntentId?.replace('pi ', '')
  return { ...command, payment: { ...command.payment, ...(id && { id }) } }
}

function overdue(state: State, commands: Command[]): Command[][] {
  const taken = commands.flatMap((command) => {
    if (command.type === 'sell') return command.payment.reservationId ?? []
    return command.type === 'await' ? command.reservationId : []
  })
  return [...state.reservations.values()]
    .filter((one) => isOverdue(one, state.now) && !taken.includes(one.id))
    .map((one) => [{ type: 'lapse', reservationId: one.id }])
}
