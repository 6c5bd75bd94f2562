import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { csvAnswer } from '@/app/web/csv-answer'

/** A file on its way to somebody who may be slow, or gone. Read as Remix does: on and on. */

function aFile({ pieces }: { pieces: number }) {
  const file = { asked: 0, isOver: false, bytesWaiting: 0 }
  const leaving = new AbortController()
  async function* source() {
    try {
      for (; file.asked < pieces; file.asked++) yield `line ${file.asked}\r\n`
    } finally {
      file.isOver = true
    }
  }
  const client = { backlog: () => file.bytesWaiting, signal: leaving.signal }
  return { file, answer: csvAnswer(client, 'lines.csv', source()), leave: () => leaving.abort() }
}

test('is kept by nobody, and has its name and all its lines', async () => {
  const { file, answer } = aFile({ pieces: 3 })
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="lines.csv"')
  expect(answer.headers.get('cache-control')).toBe('private, no-store')
  expect(await answer.text()).toBe('line 0\r\nline 1\r\nline 2\r\n')
  expect(file.isOver).toBe(true)
})

test('asks for no more while much of it waits for the client, and goes on once that is taken', async () => {
  const { file, answer } = aFile({ pieces: 100 })
  file.bytesWaiting = 1_000_000
  const whole = answer.text()
  await pause(100)
  expect(file.asked).toBeLessThan(2)
  file.bytesWaiting = 0
  expect((await whole).split('\r\n')).toHaveLength(101)
})

test.each([0, 1_000_000])('asks for no more once the client has gone, %i bytes before it', async (bytes) => {
  const { file, answer, leave } = aFile({ pieces: 100 })
  const reader = answer.body?.getReader()
  await reader?.read()
  file.bytesWaiting = bytes
  leave()
  while (!(await reader?.read())?.done);
  expect(file.isOver).toBe(true)
  expect(file.asked).toBeLessThan(4)
})

test('breaks off where its source fails, so that nobody takes a part for the whole', async () => {
  const client = { backlog: () => 0, signal: new AbortController().signal }
  async function* source() {
    yield 'line\r\n'
    throw new Error('the database is away')
  }
  await expect(csvAnswer(client, 'lines.csv', source()).text()).rejects.toThrow('the database is away')
})
