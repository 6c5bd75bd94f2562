import type { ModelCommand, PaymentName, PoolName, Step } from './steps'

const call = (...commands: ModelCommand[]): Step => ({
  type: 'call',
  groups: commands.map((command) => [command]),
})
const sell = (payment: PaymentName, quantity: number, pool: PoolName = 'a ga'): ModelCommand => ({
  type: 'sell',
  payment,
  pool,
  quantity,
})
const restock = (payment: PaymentName): ModelCommand => ({ type: 'restock', payment })
const hold = (quantity: number): ModelCommand => ({
  type: 'hold',
  reservation: 'r0',
  pool: 'a ga',
  quantity,
  minutes: 5,
  reach: 'actual',
  visitor: 'v',
  email: 'e',
})

/** Stories on which the engine and the model once differed, shrunk. Both drivers tell them every time. */
export const counterexamples: { name: string; story: Step[] }[] = [
  {
    name: 'a refund that came before its sale fails after it: the seat is taken again',
    story: [
      { type: 'refunds', payment: 'p0', cents: 100 },
      call(sell('p0', 1), restock('p0')),
      { type: 'refunds', payment: 'p0', cents: 0 },
      call(restock('p0')),
    ],
  },
  {
    name: 'a refund of an earlier epoch and the undo of its reset in one call',
    story: [
      call(sell('p0', 2)),
      call({ type: 'reset', city: 'a' }),
      { type: 'refunds', payment: 'p0', cents: 100 },
      call(restock('p0'), { type: 'undo-reset', city: 'a' }),
    ],
  },
  {
    name: 'an undo and a refund of a sale that it brings back in one call',
    story: [
      call(sell('p0', 2)),
      call({ type: 'reset', city: 'a' }),
      { type: 'refunds', payment: 'p0', cents: 100 },
      call({ type: 'undo-reset', city: 'a' }, restock('p0')),
    ],
  },
  {
    name: 'a city that is opened and sold from in one call',
    story: [
      call({ type: 'open-city', pool: 'b vip', limit: 3 }, sell('p4', 2, 'b vip')),
      call(sell('p1', 2, 'b vip')),
    ],
  },
  {
    name: 'a hold and its sale in one call, then news of another session',
    story: [
      call(hold(2), sell('p0', 2)),
      call({ type: 'release', reservation: 'r0', cause: 'expired', payment: 'p0' }),
    ],
  },
  {
    name: 'a reset and its undo in one call',
    story: [
      call(sell('p0', 1)),
      call({ type: 'reset', city: 'a' }, { type: 'undo-reset', city: 'a' }),
      call(hold(1)),
    ],
  },
  {
    name: 'an undo where a tier was opened after the reset',
    story: [
      call(sell('p1', 1, 'b ga')),
      call({ type: 'reset', city: 'b' }),
      call({ type: 'open-city', pool: 'b vip', limit: 1 }, { type: 'undo-reset', city: 'b' }),
    ],
  },
  {
    name: 'a sale in another pool than its hold frees the hold',
    story: [call(hold(2)), call(sell('p0', 1, 'b ga'))],
  },
  {
    name: 'a hold that is made after its sale goes once that is told again',
    story: [call(sell('p0', 1)), call(hold(1)), call(sell('p0', 1)), call(hold(1))],
  },
]
