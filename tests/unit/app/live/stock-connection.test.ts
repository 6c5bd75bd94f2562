import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { connectToStock, type EventConnection } from '@/app/live/stock-connection'

class FakeConnection implements EventConnection {
  readyState = 1
  onmessage: EventConnection['onmessage'] = null
  onerror: EventConnection['onerror'] = null
  private beats: (() => void)[] = []
  addEventListener(_type: 'beat', heard: () => void) {
    this.beats.push(heard)
  }
  beat() {
    for (const heard of this.beats) heard()
  }
  close() {
    this.readyState = 2
  }
  send(data: string) {
    this.onmessage?.call(this as unknown as EventSource, { data } as MessageEvent<string>)
  }
  fail(readyState: number) {
    this.readyState = readyState
    this.onerror?.call(this as unknown as EventSource, new Event('error'))
  }
}

let opened: FakeConnection[]
let answers: string[]
let live: boolean[]
let connection: ReturnType<typeof connectToStock>

beforeEach(() => {
  vi.useFakeTimers()
  opened = []
  answers = []
  live = []
  connection = connectToStock({
    open: () => {
      const next = new FakeConnection()
      opened.push(next)
      return next
    },
    onAnswer: (json) => answers.push(json),
    onLive: (isLive) => live.push(isLive),
  })
})

afterEach(() => {
  connection.close()
  vi.useRealTimers()
})

it('hands on answers and says that the numbers are live', () => {
  opened[0]?.send('{}')
  expect([answers, live]).toEqual([['{}'], [true]])
})

it('leaves a broken connection to the browser, but says that the numbers may be old', () => {
  opened[0]?.fail(0)
  vi.advanceTimersByTime(39_000)
  expect([opened.length, live]).toEqual([1, [false]])
})

it('leaves the browser 40 seconds to mend one, then opens another', () => {
  opened[0]?.fail(0)
  vi.advanceTimersByTime(41_000)
  expect([opened.length, opened[0]?.readyState]).toEqual([2, 2])
})

it('tries again, ever more slowly, when the browser has given up', () => {
  opened[0]?.fail(2)
  vi.advanceTimersByTime(1_000)
  expect(opened.length).toBe(2)
  opened[1]?.fail(2)
  vi.advanceTimersByTime(900)
  expect(opened.length).toBe(2)
  vi.advanceTimersByTime(1_100)
  expect(opened.length).toBe(3)
})

it('counts on no connection that has been silent for 40 seconds: it says so, and opens another', () => {
  opened[0]?.send('{}')
  vi.advanceTimersByTime(39_000)
  expect([opened.length, live]).toEqual([1, [true]])
  vi.advanceTimersByTime(1_000)
  expect([opened.length, opened[0]?.readyState, live]).toEqual([2, 2, [true, false]])
  opened[1]?.send('{}')
  expect(live).toEqual([true, false, true])
})

it('does so for one that never said a word, too, again and again', () => {
  vi.advanceTimersByTime(80_000)
  expect([opened.length, live]).toEqual([3, [false, false]])
})

it('keeps a connection on which only heartbeats come', () => {
  opened[0]?.send('{}')
  for (let beats = 0; beats < 10; beats++) {
    vi.advanceTimersByTime(15_000)
    opened[0]?.beat()
  }
  expect([opened.length, live]).toEqual([1, [true]])
})

it('opens nothing after it was closed', () => {
  opened[0]?.fail(2)
  connection.close()
  vi.advanceTimersByTime(60_000)
  expect([opened.length, vi.getTimerCount()]).toEqual([1, 0])
})
