import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { streamAnswers } from '@/app/web/stream-answers'
import type { LiveStock, StockView, StockWatcher } from '@/app/web/stock/live-stock'
import { answerFor } from '@/app/web/stock/public-answer'
import { someStock } from '@/tests/unit/app/stories'

let watchers: Set<StockWatcher>
let controller: AbortController
let stopping: AbortController
let bytesWaiting: number
let mayGoOn: boolean

beforeEach(() => {
  vi.useFakeTimers()
  watchers = new Set()
  controller = new AbortController()
  stopping = new AbortController()
  bytesWaiting = 0
  mayGoOn = true
})

afterEach(() => vi.useRealTimers())

const viewWith = (ga: number) =>
  ({ all: answerFor([someStock({ publicAvailable: { ga, vip: 15 } })]) }) as unknown as StockView

function open(first = viewWith(35)) {
  const liveStock = {
    watch(watcher: StockWatcher) {
      watchers.add(watcher)
      watcher.changed(first)
      return () => watchers.delete(watcher)
    },
  } as unknown as LiveStock
  const response = streamAnswers(
    { feed: liveStock, pick: (view) => view.all, mayGoOn: async () => mayGoOn },
    {
      method: 'GET',
      signal: controller.signal,
      stopping: stopping.signal,
      backlog: () => bytesWaiting,
      openStream: () => true,
    },
  )
  if (!response) throw new Error('no stream')
  return { response, text: response.text() }
}

const tell = (view: StockView) => watchers.forEach((watcher) => watcher.changed(view))

it('begins with how to come back and the full answer, then sends each change once', async () => {
  const { response, text } = open()
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  tell(viewWith(34))
  tell(viewWith(34))
  controller.abort()
  const [retry, ...events] = (await text).trim().split('\n\n')
  expect(retry).toMatch(/^retry: [1-4]\d{3}$/)
  expect(events).toHaveLength(2)
  expect(events[0]).toMatch(/^id: \S+\ndata: \[\{.*"ga":35,"vip":15\},"isPublicSoldOut":false/)
  expect(events[1]).toContain('"publicAvailable":{"ga":34')
})

it('sends a named event every 15 seconds, which keeps the connection and is no answer', async () => {
  const { text } = open()
  await vi.advanceTimersByTimeAsync(30_500)
  controller.abort()
  expect((await text).split('\n\n').filter((event) => event === 'event: beat\ndata: {}')).toHaveLength(2)
})

it.each([
  ['the client has gone', () => controller.abort()],
  ['the process is stopping', () => stopping.abort()],
])('lets go of everything when %s', async (_when, end) => {
  const { text } = open()
  expect(watchers.size).toBe(1)
  end()
  expect(await text).toContain('"ga":35')
  expect(watchers.size).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

it('never starts for a client that has already gone', async () => {
  controller.abort()
  expect(await open().text).toBe('')
  expect(watchers.size).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

it('ends when the numbers are lost, so that the browser knows that it must reconnect', async () => {
  const { text } = open()
  watchers.forEach((watcher) => watcher.lost())
  expect(await text).toContain('"ga":35')
  expect(watchers.size).toBe(0)
})

it('cuts off a client that takes nothing, instead of filling the memory', async () => {
  const { text } = open()
  bytesWaiting = 2_000_000
  tell(viewWith(34))
  expect(await text).not.toContain('"ga":34')
  expect(watchers.size).toBe(0)
})

it('ends at the next heartbeat once the caller may no longer see the numbers', async () => {
  const { text } = open()
  await vi.advanceTimersByTimeAsync(15_500)
  expect(watchers.size).toBe(1)
  mayGoOn = false
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await text).toContain('"ga":35')
  expect(watchers.size).toBe(0)
})

it('answers HEAD with the headers alone, and an address that has all its streams with nothing', () => {
  const ask = (method: string) =>
    streamAnswers<StockView>(
      { feed: { watch: () => () => {} }, pick: (view) => view.all },
      {
        method,
        signal: controller.signal,
        stopping: stopping.signal,
        backlog: () => 0,
        openStream: () => false,
      },
    )
  expect(ask('HEAD')?.body).toBeNull()
  expect(ask('GET')).toBeNull()
})
