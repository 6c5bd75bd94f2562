import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { acceptStripeEvent } from '@/lib/stripe/accept-event'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** Events that arrive at once are stored together; each is answered for itself. */

const counter = ticketCounter()

async function anEvent(id = `evt_${randomUUID()}`) {
  const rawBody = JSON.stringify({
    id,
    object: 'event',
    api_version: '2025-01-01',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    type: 'refund.updated',
    data: {
      object: {
        id: `re_${id}`,
        object: 'refund',
        amount: 100,
        charge: null,
        currency: 'usd',
        payment_intent: `pi_${id}`,
        status: 'pending',
      },
    },
  })
  return {
    id,
    accept: async () => acceptStripeEvent({ rawBody, signature: await counter.control.sign(rawBody) }),
  }
}

async function jobsOf(ids: readonly string[]): Promise<string[]> {
  const rows = await counter.rows<{ id: string }>(
    sql`select data ->> 'eventId' as id from pgboss.job where data ->> 'eventId' = any(${[...ids]}::text[]) order by 1`,
  )
  return rows.map((row) => row.id)
}

test('sixty at once, a third of them twice: each is stored once, with one job', async () => {
  const events = await Promise.all(Array.from({ length: 60 }, () => anEvent()))
  const twice = events.filter((_, index) => index % 3 === 0)
  const answers = await Promise.all([...events, ...twice].map(({ accept }) => accept()))
  expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(60)
  expect(answers.filter(({ status }) => status === 'known')).toHaveLength(20)
  expect(await jobsOf(events.map(({ id }) => id))).toEqual(events.map(({ id }) => id).sort())
})

test('one that cannot be stored fails alone', async () => {
  await counter.owner.query(`
    create function refuse_poison() returns trigger language plpgsql as $$
      begin if new.id like 'evt_poison%' then raise exception 'refused'; end if; return new; end $$`)
  await counter.owner.query(
    'create trigger refuse_poison before insert on stripe_events for each row execute function refuse_poison()',
  )
  try {
    const events = await Promise.all(Array.from({ length: 30 }, () => anEvent()))
    const poison = await anEvent(`evt_poison_${randomUUID()}`)
    const answers = await Promise.allSettled(
      [...events.slice(0, 15), poison, ...events.slice(15)].map(({ accept }) => accept()),
    )
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect(answers[15]?.status).toBe('rejected')
    expect(await jobsOf([...events.map(({ id }) => id), poison.id])).toEqual(
      events.map(({ id }) => id).sort(),
    )
  } finally {
    await counter.owner.query('drop trigger refuse_poison on stripe_events')
  }
})

test('when none can be stored all are refused, and accepted later', async () => {
  const events = await Promise.all(Array.from({ length: 10 }, () => anEvent()))
  await counter.owner.query('alter table stripe_events rename to stripe_events_away')
  try {
    const answers = await Promise.allSettled(events.map(({ accept }) => accept()))
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true)
  } finally {
    await counter.owner.query('alter table stripe_events_away rename to stripe_events')
  }
  const answers = await Promise.all(events.map(({ accept }) => accept()))
  expect(answers).toEqual(events.map(() => ({ status: 'accepted' })))
})

test('an event whose job is refused is not stored either, and accepted later with its job', async () => {
  const { id, accept } = await anEvent()
  await counter.owner.query(`
    create function refuse_job() returns trigger language plpgsql as $$
      begin raise exception 'refused'; end $$;
    create trigger refuse_job before insert on pgboss.job for each row execute function refuse_job()`)
  try {
    await expect(accept()).rejects.toThrow('refused')
    expect(await counter.rows(sql`select 1 from stripe_events where id = ${id}`)).toEqual([])
  } finally {
    await counter.owner.query('drop trigger refuse_job on pgboss.job; drop function refuse_job()')
  }
  expect(await accept()).toEqual({ status: 'accepted' })
  expect(await jobsOf([id])).toEqual([id])
})
