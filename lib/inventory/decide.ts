import type { Command } from './commands'
import { type Decision, rejected } from './decide/decision'
import { awaitPayment, hold, lapse, release } from './decide/holds'
import { expand, openCity, reduce, relimit } from './decide/limits'
import { restock } from './decide/refunds'
import { reset, undoReset } from './decide/resets'
import { sell } from './decide/sales'
import type { State } from './model'

/**
 * The rules of the stock. Pure: looks at nothing but its arguments and changes neither.
 *
 * @returns what becomes of the command, and new versions of all rows that it changes. A rejected command changes
 *   nothing. A duplicate moves no seat, but it may record what it tells: a reservation's session and when its seats
 *   are free at the latest, a payment's amount or lost money, or that a payment is on its way.
 */
export function decide(state: State, command: Command): Decision {
  if (!hasWholeQuantity(command))
    return rejected('invalid_quantity', 'The quantity must be a whole number above 0')
  switch (command.type) {
    case 'hold':
      return hold(state, command)
    case 'await':
      return awaitPayment(state, command)
    case 'release':
      return release(state, command)
    case 'lapse':
      return lapse(state, command)
    case 'sell':
      return sell(state, command)
    case 'restock':
      return restock(state, command)
    case 'expand':
      return expand(state, command)
    case 'reduce':
      return reduce(state, command)
    case 'relimit':
      return relimit(state, command)
    case 'reset':
      return reset(state, command)
    case 'undo-reset':
      return undoReset(state, command)
    case 'open-city':
      return openCity(state, command)
  }
}

function hasWholeQuantity(command: Command): boolean {
  switch (command.type) {
    case 'hold':
    case 'sell':
      return isWhole(command.quantity, 1)
    case 'expand':
      return isWhole(command.additionalSpots, 1)
    case 'reduce':
    case 'relimit':
      return isWhole(command.to, 0)
    case 'open-city':
      return isWhole(command.publicLimit, 0)
    case 'await':
    case 'release':
    case 'lapse':
    case 'restock':
    case 'reset':
    case 'undo-reset':
      return true
  }
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least
}
