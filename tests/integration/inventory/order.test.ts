import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { execute } from '@/lib/inventory/execute'
import { cities } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { deliver } from '../../support/stories/deliver'
import { shuffled } from '../../support/stripe-stand-in/random'
import { expectSoundBooks } from '../../support/stories/sound-books'
import { again, type StripeEvent, type Ticket } from '../../support/stories/tickets'
import { ticketStories, type TicketStory } from '../../support/stories/ticket-stories'

storyDatabase()

interface Told {
  cityId: string
  tickets: Ticket[]
  events: StripeEvent[]
  end: Record<string, unknown>
}

function tellIn(places: string[], storyAt: (index: number) => TicketStory): Told[] {
  return places.map((cityId, index) => {
    const { tell, end } = storyAt(index)
    return { cityId, ...tell(cityId), end }
  })
}

/** Every ticket's hold; a second session of one reservation only asks for the same again. */
async function begin(told: readonly Told[]): Promise<void> {
  const held = told.flatMap(({ tickets }) => tickets.filter(({ reservationId }) => reservationId !== null))
  await execute(held.map(({ hold }) => [hold]))
}

/** What each telling came to, without anything that may differ from one to the next. */
async function ends(told: readonly Told[]): Promise<unknown[]> {
  const sessions = told.flatMap(({ cityId, tickets }) => tickets.map(({ sessionId }) => [cityId, sessionId]))
  const { rows } = await sql<{ city: string; end: unknown }>`
    with asked as (
      select * from unnest(${sessions.map(([city]) => city)}::text[], ${sessions.map(([, id]) => id)}::text[]) as a (city, session)),
    paid as (select a.city, p.* from asked a join payments p on p.session_id = a.session)
    select i.city_id as city, jsonb_build_object('sold', i.sold, 'held', i.held,
      'ledger', (select coalesce(sum(t.quantity), 0) from inventory_transactions t
        where t.city_id = i.city_id and t.tier = i.tier and t.operation in ('decrement', 'restock')),
      'payments', (select jsonb_agg(jsonb_build_array(p.seats_sold, p.seats_returned, p.state, p.dispute)
        order by p.seats_sold, p.seats_returned) from paid p where p.city = i.city_id),
      'exceptions', (select jsonb_agg(e.kind order by e.kind) from paid p
        join payment_exceptions e on e.payment_id = p.id and e.state <> 'resolved'
        where p.city = i.city_id)) as end
    from inventory i where i.tier = 'ga'`.execute(database())
  const byCity = new Map(rows.map((row) => [row.city, row.end]))
  return told.map(({ cityId }) => byCity.get(cityId))
}

afterAll(expectSoundBooks)

describe.each(ticketStories)('one ticket’s story: $name', (story) => {
  test('every order of its events ends the same, with stock to spare', async () => {
    const places = await cities(permutations(story.tell('x').events).length)
    const told = tellIn(places, () => story)
    await begin(told)
    const orders = told.map(({ events }, index) => permutations(events)[index] ?? [])
    const length = Math.max(...orders.map((order) => order.length))
    for (let place = 0; place < length; place++) {
      await deliver(orders.flatMap((order) => order[place] ?? []))
    }
    for (const end of await ends(told)) expect(end).toMatchObject(story.end)
  })
})

describe('500 seeded shuffles with duplicates', () => {
  // Twenty rounds of 25 cities; in each, all events in batches of mixed size that cross the cities.
  test.each(Array.from({ length: 20 }, (_, round) => round + 1))(
    'round %i ends as in order',
    async (seed) => {
      const told = tellIn(await cities(25), (index) => storyNumber(seed + index))
      await begin(told)
      const queues = told.map(({ events }, index) =>
        shuffled(withDuplicates(events, seed + index), seed * 100 + index),
      )
      const merged = merge(queues, seed)
      for (
        let taken = 0, size = 1;
        taken < merged.length;
        taken += size, size = (size * 7 + seed) % 19 || 1
      ) {
        await deliver(merged.slice(taken, taken + size))
      }
      const seen = await ends(told)
      seen.forEach((end, index) => expect(end).toMatchObject(told[index]?.end ?? {}))
    },
  )
})

function storyNumber(number: number): TicketStory {
  return ticketStories[number % ticketStories.length] ?? ticketStories[0]
}

/** Redelivered events, and the same news under another id. */
function withDuplicates(events: StripeEvent[], seed: number): StripeEvent[] {
  return shuffled([...events, ...events, ...events.map(again)], seed)
    .slice(0, events.length + 2)
    .concat(events)
}

/** One after the other from lists that are picked at random; each list keeps its own order. */
function merge(queues: StripeEvent[][], seed: number): StripeEvent[] {
  const turns = shuffled(
    queues.flatMap((queue, index) => queue.map(() => index)),
    seed,
  )
  const waiting = queues.map((queue) => [...queue])
  return turns.flatMap((index) => waiting[index]?.shift() ?? [])
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  )
}
