import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { execute } from '@/lib/inventory/execute'
import { auditDifferences } from '@/tests/support/audit-differences'
import { cities } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { deliver } from '../../support/stories/deliver'
import { aTicket, type StripeEvent, type Ticket } from '../../support/stories/tickets'
import { violations } from '../../support/stories/violations'
import { shuffled } from '../../support/stripe-stand-in/random'

const story = storyDatabase()

/** Five customers want one or two seats each, and the city has three. All of them pay in the end. */
function customers(cityId: string, seed: number): { ticket: Ticket; events: StripeEvent[] }[] {
  const quantities = shuffled([1, 1, 2, 2, 2], seed)
  const fates = shuffled(
    [
      (ticket: Ticket) => [ticket.completed()],
      (ticket: Ticket) => [ticket.expired(), ticket.completed()],
      (ticket: Ticket) => [ticket.completedUnpaid(), ticket.asyncSucceeded()],
      (ticket: Ticket) => [ticket.completed(), ticket.asyncSucceeded()],
      (ticket: Ticket) => {
        const refund = ticket.refund(1, Number(ticket.completed().object.amount_total), 'succeeded')
        return [ticket.completed(), refund, ticket.chargeRefunded(refund)]
      },
    ],
    seed + 1,
  )
  return quantities.map((quantity, index) => {
    const ticket = aTicket({ cityId, quantity })
    return { ticket, events: fates[index]?.(ticket) ?? [] }
  })
}

/** For each session: sold, returned, or the kinds of its open exceptions. */
async function fatesOf(tickets: Ticket[]): Promise<string[]> {
  const { rows } = await sql<{ session: string; fate: string }>`
    select p.session_id as session, case when p.state in ('sold', 'refunded') then p.state
      else coalesce((select string_agg(e.kind, ' ') from payment_exceptions e
        where e.payment_id = p.id and e.state = 'open'), 'forgotten') end as fate
    from payments p where p.session_id = any(${tickets.map((ticket) => ticket.sessionId)}::text[])`.execute(
    database(),
  )
  const bySession = new Map(rows.map((row) => [row.session, row.fate]))
  return tickets.map((ticket) => bySession.get(ticket.sessionId) ?? 'forgotten')
}

test('with stock short, every payment ends as a sale, an exception or a refund', async () => {
  const seen = new Set<string>()
  for (let seed = 1; seed <= 10; seed++) {
    const told = (await cities(20, { ga: 3 })).flatMap((cityId, index) =>
      customers(cityId, seed * 50 + index),
    )
    const tickets = told.map(({ ticket }) => ticket)
    // Only some get their hold; the others were faster on another path, or pay by a link.
    await execute(tickets.map(({ hold }) => [hold]))
    const events = shuffled(
      told.flatMap((one) => one.events),
      seed,
    )
    const half = Math.floor(events.length / 2)
    for (const part of [events.slice(0, half), events.slice(half)]) {
      for (let taken = 0; taken < part.length; taken += 13) await deliver(part.slice(taken, taken + 13))
      expect(await violations()).toEqual([])
      // What is held and not yet paid for lapses between the halves.
      await story.moveClock(120)
    }
    const fates = await fatesOf(tickets)
    for (const fate of fates) seen.add(fate)
    expect(fates.filter((fate) => !['sold', 'refunded', 'no_seat'].includes(fate))).toEqual([])
  }
  expect(await auditDifferences()).toEqual([])
  expect([...seen].sort()).toEqual(['no_seat', 'refunded', 'sold'])
})
