import { expect, test } from 'vitest'
import { readProcfile } from '@/bin/launch/procfile'
import { readableLine } from '@/bin/launch/output'

test('a JSON log line becomes a line for people', () => {
  const entry = { level: 'warn', time: '2026-01-02T10:00:00.000Z', msg: 'late', ms: 9, code: 'slow' }
  expect(readableLine('web', JSON.stringify(entry))).toBe('10:00:00 web       warn   late  ms=9  code=slow')
})

test('an error is shown with its stack and those of its causes', () => {
  const err = { stack: 'Error: a\n    at x', cause: { stack: 'Error: b', cause: { stack: 'Error: c' } } }
  const line = readableLine('web', JSON.stringify({ level: 'error', msg: 'failed', err }))
  expect(line.split('\n').slice(1)).toEqual([
    'Error: a',
    '    at x',
    'caused by: Error: b',
    'caused by: Error: c',
  ])
})

test.each(['plain text', '{ not json', '{"a":1}'])('%s stays as it is', (line) => {
  expect(readableLine('web', line)).toMatch(new RegExp(`web +${line.replaceAll('{', '\\{')}$`))
})

test('the Procfile names what a host runs, on the pinned Node.js whatever the host has', async () => {
  const node = 'node_modules/.bin/node'
  const heap = (newSpace: number) => [`--max-semi-space-size=${newSpace}`, '--heap-growing-percent=40']
  const procfile = await readProcfile()
  expect(Object.fromEntries(procfile)).toEqual({
    release: [node, 'build/release.js'],
    web: [node, ...heap(8), 'build/web.js'],
    worker: [node, ...heap(16), '--initial-old-space-size=64', 'build/worker.js'],
  })
})
