import { expect, test } from 'vitest'
import { createLogger } from '@/lib/log'

test('what must not be in a log line is taken out, at any depth that our code logs', () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line) => void lines.push(line) })
  logger.info(
    { email: 'a@example.com', visitor: { holdToken: 'secret-1' }, a: { b: { password: 'secret-2' } } },
    'x',
  )
  logger.info({ headers: { authorization: 'Bearer secret-3', cookie: 'secret-4' }, reservationId: 'r1' }, 'x')
  expect(lines.join()).not.toMatch(/example\.com|secret-/)
  expect(lines.join()).toContain('r1')
})

test('the level decides what is written', () => {
  const lines: string[] = []
  const logger = createLogger('warn', { write: (line) => void lines.push(line) })
  logger.info('quiet')
  logger.warn('loud')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ level: 'warn', msg: 'loud' })
})
