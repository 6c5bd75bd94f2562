import { sql } from 'kysely'
import { database } from '@/lib/database'
import type { TicketCounter } from './ticket-counter'

/** A job of the events' queue. */
export interface EventJob {
  state: string
  retries: number
}

/** Stories of paid orders whose events the worker has yet to apply. */
export function paidEvents(counter: TicketCounter) {
  return {
    /** An order that was held and paid; nothing is delivered. */
    paid: async (city: string, quantity = 1) => {
      const { sessionId } = await counter.opened(city, { quantity })
      const { events, session } = await counter.control.pay(sessionId)
      const completed = events.find(({ type }) => type === 'checkout.session.completed')
      if (!completed) throw new Error('no event')
      return { completed, session }
    },

    /** Stripe is only asked where the amount is not what we asked for. */
    paidWithAnotherAmount: async (city: string) => {
      const metadata = { cityId: city, ticketType: 'GA', quantity: '3' }
      const { session } = await counter.control.createSession({ metadata, quantity: 2, unitAmount: 90_000 })
      return counter.control.pay(session.id)
    },

    jobOf: async (eventId: string): Promise<EventJob | undefined> => {
      const [row] = await counter.rows(
        sql<EventJob>`
          select state::text, retry_count as retries from pgboss.job
          where name = 'stripe-events' and data ->> 'eventId' = ${eventId}`,
      )
      return row
    },

    /** Ends the waits of jobs that are to be tried again. */
    retryNow: async (): Promise<void> => {
      await sql`
        update pgboss.job set start_after = now() where name = 'stripe-events' and state = 'retry'`.execute(
        database(),
      )
    },

    /**
     * Makes every change of this city's stock fail, like a row that a rule in the database refuses; one city at a time.
     *
     * @returns what ends it
     */
    refuseSales: async (city: string): Promise<() => Promise<void>> => {
      await counter.owner.query(`
        create or replace function refuse_city() returns trigger language plpgsql as
          $$ begin if new.city_id = '${city}' then raise exception 'refused'; end if; return new; end $$;
        create trigger refuse_city before update on inventory for each row execute function refuse_city()`)
      return async () => {
        await counter.owner.query('drop trigger refuse_city on inventory')
      }
    },
  }
}
