import { expect, test } from 'vitest'
import { presentQueues } from '@/app/presenters/console/queues'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

/** Jobs that have failed for good, the first of them so many hours ago, the others each so much later. */
async function die(
  queue: string,
  data: object,
  { count = 1, hoursAgo, secondsApart = 1 }: { count?: number; hoursAgo: number; secondsApart?: number },
) {
  await story.owner.query(
    `insert into pgboss.job (name, data, created_on, source_output)
     select $1, $2, now() - make_interval(hours => $3) + make_interval(secs => n * $5::int), '{"error": "away"}'
     from generate_series(1, $4) n`,
    [queue, JSON.stringify(data), hoursAgo, count, secondsApart],
  )
}

test('letters about money are reached, however many newer ones there are about alerts', async () => {
  await die('stripe-events-dead', { eventId: 'evt_1' }, { hoursAgo: 24 })
  await die('refunds-dead', { exceptionId: 7, step: 'refund' }, { hoursAgo: 48 })
  await die('alerts-dead', { alertId: 'a1', channel: 'email', target: '' }, { count: 101, hoursAgo: 1 })

  const { deadLetters, cut } = await presentQueues({ isOwner: false })
  expect(deadLetters.slice(0, 2)).toMatchObject([
    { queue: 'stripe-events-dead', about: 'evt_1', error: 'away' },
    { queue: 'refunds-dead', error: 'away' },
  ])
  expect(deadLetters.filter(({ queue }) => queue === 'alerts-dead')).toHaveLength(100)
  expect(cut).toEqual([{ queue: 'alerts-dead', shown: 100, total: 101 }])
})

test('each letter of a queue is reached page by page, also of many that were given up in one moment', async () => {
  const queue = 'alerts-dead'
  await die(
    queue,
    { alertId: 'a2', channel: 'sms', target: '' },
    { count: 130, hoursAgo: 2, secondsApart: 0 },
  )
  const reached: string[] = []
  let cursor: string | undefined
  do {
    const page = await presentQueues({ isOwner: false, letters: { queue, cursor } })
    expect(page.cut).toEqual([])
    reached.push(...page.deadLetters.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  const letters = await story.owner.query<{ id: string }>(`select id from pgboss.job where name = $1`, [
    queue,
  ])
  expect(reached.toSorted()).toEqual(letters.map(({ id }) => id).toSorted())
})
