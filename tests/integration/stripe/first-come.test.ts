import { expect, test } from 'vitest'
import { sortEvents } from '@/lib/stripe/apply-events'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

test('a batch is applied in the order in which its events came, wherever they lie and whatever they are called', async () => {
  // So many that no plan for a batch of them walks all that wait, which would put them in order by chance.
  await counter.owner.query(`
    insert into stripe_events (id, type, livemode, facts, created_at, received_at)
    select 'evt_' || md5(place::text), 'checkout.session.expired', false,
      jsonb_build_object('kind', 'session', 'sessionId', 'cs_' || place), app_now(),
      app_now() - make_interval(secs => place)
    from generate_series(1, 5000) place order by md5(place || 'heap')`)
  await counter.owner.query('analyze stripe_events')
  const { rows } = await counter.owner.query<{ id: string }>(
    'select id from stripe_events order by received_at limit 200',
  )
  const ids = rows.map(({ id }) => id)
  const { ready } = await sortEvents(ids.toSorted())
  expect(ready.map(({ news }) => news.key)).toEqual(ids)
})
