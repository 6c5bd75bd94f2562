import { expect, test } from 'vitest'
import { longestMailMs } from '@/lib/mail-limits'
import { deadLetterQueues, type QueueDefinition, queues } from '@/lib/queues/definitions'
import { uuidFromName } from '@/lib/queues/job-id'

const definitions = Object.entries(queues as Record<string, QueueDefinition>)

test('a job id is the same for the same event, and a version 5 UUID', () => {
  const id = uuidFromName('stripe-events:evt_1')
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(uuidFromName('stripe-events:evt_1')).toBe(id)
  expect(uuidFromName('stripe-events:evt_2')).not.toBe(id)
})

test.each(definitions)(
  '%s finds a dead worker by its heartbeat, and time-outs are longer than that',
  (_name, { options }) => {
    expect(options.heartbeatSeconds).toBe(15)
    expect(options.expireInSeconds).toBeGreaterThan(15)
  },
)

test.each(['alerts', 'refunds'] as const)('a job of %s lasts longer than a slow mail', (name) => {
  expect(queues[name].options.expireInSeconds).toBeGreaterThan(longestMailMs / 1_000 + 30)
})

test('what is retried and then given up has a dead letter queue', () => {
  const names = definitions.flatMap(([, { deadLetter }]) => deadLetter ?? [])
  expect(names.sort()).toEqual([...deadLetterQueues].sort())
})
