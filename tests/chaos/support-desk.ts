import type { Chance } from './chance'
import type { Till } from './till'
import { repeatedly, type World } from './world'

/** Somebody at Stripe's dashboard: refunds of all kinds, disputes, and the bank's answers to debits. */
export function startSupportDesk(world: World, till: Till, chance: Chance): { stop: () => Promise<void> } {
  const desk = repeatedly(
    () => actOnce(world, till, chance),
    () => chance.whole(150, 700),
  )
  return {
    stop: async () => {
      await desk.stop()
      await answerAllDebits(world, till, chance)
      await answerAllRefunds(world, till, chance)
    },
  }
}

async function actOnce({ shop }: World, till: Till, chance: Chance): Promise<void> {
  const { control } = shop.standIn
  const [debit] = till.debits
  if (debit && chance.happens(0.4)) return settleDebit(shop.standIn, till, chance, debit)
  if (till.paid.length === 0) return
  // Mostly of late: a refund that meets its sale on the way.
  const recent = till.paid.slice(-10)
  const { id, amount_total } = chance.pick(chance.happens(0.6) ? recent : till.paid)
  const amount = amount_total ?? 0
  switch (
    chance.weighted([
      [16, 'nothing'],
      [6, 'all'],
      [4, 'a ticket'],
      [2, 'an odd amount'],
      [3, 'pending'],
      [4, 'settle'],
      [3, 'fail'],
      [1, 'dispute'],
      [1, 'close dispute'],
    ] as const)
  ) {
    case 'nothing':
      return
    case 'all':
      return void (await till.attempt(control.refund(id)))
    case 'a ticket':
      return void (await till.attempt(control.refund(id, amount % 150_000 === 0 ? 150_000 : 100_000)))
    case 'an odd amount':
      return void (await till.attempt(control.refund(id, 15_000)))
    case 'pending':
      return void (await till.attempt(control.refund(id, null, { status: 'pending' })))
    case 'settle': {
      const pending = (await control.snapshot()).refunds.filter(({ status }) => status === 'pending')
      if (pending.length > 0) await till.attempt(control.settleRefund(chance.pick(pending).id))
      return
    }
    case 'fail': {
      const alive = (await control.snapshot()).refunds.filter(({ status }) => status !== 'failed')
      if (alive.length > 0) await till.attempt(control.failRefund(chance.pick(alive).id))
      return
    }
    case 'dispute':
      return void (await till.attempt(control.dispute(id)))
    case 'close dispute': {
      const open = (await control.snapshot()).disputes.filter(
        ({ status }) => !['won', 'lost'].includes(status),
      )
      if (open.length > 0)
        await till.attempt(control.closeDispute(chance.pick(open).id, chance.pick(['won', 'lost'])))
      return
    }
  }
}

async function settleDebit(
  { control }: World['shop']['standIn'],
  till: Till,
  chance: Chance,
  sessionId: string,
): Promise<void> {
  till.debits.delete(sessionId)
  const acted = await till.attempt(control.settle(sessionId, chance.happens(0.7) ? 'succeed' : 'fail'))
  if (acted?.session.payment_status === 'paid') till.paid.push(acted.session)
}

async function answerAllDebits({ shop }: World, till: Till, chance: Chance): Promise<void> {
  for (const sessionId of [...till.debits]) await settleDebit(shop.standIn, till, chance, sessionId)
}

async function answerAllRefunds({ shop }: World, till: Till, chance: Chance): Promise<void> {
  const { control } = shop.standIn
  for (const { id, status } of (await control.snapshot()).refunds) {
    if (status !== 'pending') continue
    await till.attempt(chance.happens(0.6) ? control.settleRefund(id) : control.failRefund(id))
  }
}
