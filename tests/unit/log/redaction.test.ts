import pg from 'pg'
import { expect, test } from 'vitest'
import { errorText } from '@/lib/error-text'
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

test('an error of the database keeps what broke, and none of the values', () => {
  const failed = databaseError('new row for relation "payments" violates check constraint "cents"', {
    code: '23514',
    table: 'payments',
    constraint: 'cents',
    detail: 'Failing row contains (1, ada@example.com).',
    where: 'COPY payments, line 1: ada@example.com',
  })
  const wrapped = new Error('the sale was not written', { cause: failed })
  const [alone, outer] = [logged(failed), logged(wrapped)]
  expect(alone).toMatchObject({
    type: 'DatabaseError',
    message: 'new row for relation "payments" violates check constraint "cents"',
    code: '23514',
    table: 'payments',
    constraint: 'cents',
    stack: expect.stringMatching(/^error: new row .*\n +at .*redaction\.test/) as string,
  })
  expect(outer).toMatchObject({ type: 'Error', message: 'the sale was not written', cause: alone })
  expect(JSON.stringify([alone, outer])).not.toContain('ada@')
})

test('a value that the database could not read is not repeated, neither by the message nor by the stack', () => {
  const value = 'ada@example.com said "hi"\n'
  const failed = databaseError(`invalid input syntax for type uuid: "${value}"`, { code: '22P02' })
  expect(errorText(failed)).toBe('invalid input syntax for type uuid: "…"')
  expect(logged(failed)).toMatchObject({
    message: errorText(failed),
    stack: expect.stringMatching(/^error: invalid input syntax for type uuid: "…"\n +at /) as string,
  })
  expect(JSON.stringify(logged(new AggregateError([failed], 'two steps failed')))).not.toMatch(/ada@|said/)
})

test.each([
  ['ungültige Eingabesyntax für Typ uuid: »ada@example.com«', 'ungültige Eingabesyntax für Typ uuid: "…"'],
  [
    'syntaxe en entrée invalide pour le type uuid : « ada@example.com »',
    'syntaxe en entrée invalide pour le type uuid : "…"',
  ],
  [
    'invalid input syntax for type uuid: "x\n    at ada@example.com"',
    'invalid input syntax for type uuid: "…"',
  ],
  ['value "12345678901" is out of range for type integer', 'value "…" is out of range for type integer'],
])('nor where it is marked or looks otherwise: %s', (message, told) => {
  const failed = databaseError(message, { code: '22P02' })
  expect(logged(failed)).toMatchObject({ message: told })
  expect(JSON.stringify(logged(failed))).not.toMatch(/ada@|12345/)
})

test('an error that the queue hands on as a plain object keeps its words, and none of the values', () => {
  const { message, code } = databaseError('invalid input syntax for type uuid: "ada"', { code: '22P02' })
  expect(errorText({ message, code, queue: 'alerts' })).toBe('invalid input syntax for type uuid: "…"')
  expect(errorText({ message: 'connection refused' })).toBe('connection refused')
  expect([errorText('just a text'), errorText(null)]).toEqual(['just a text', 'null'])
})

test('errors that name each other as their cause, and what is no error, are told too', () => {
  const [one, other] = [new Error('one'), new Error('other')]
  one.cause = other
  other.cause = one
  expect(logged(one)).toMatchObject({
    message: 'one',
    cause: { message: 'other', cause: { message: 'one' } },
  })
  expect(logged('just a text')).toEqual({ type: 'string', message: 'just a text' })
})

function databaseError(message: string, fields: Partial<pg.DatabaseError>): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields)
}

function logged(error: unknown): unknown {
  let line = ''
  createLogger('info', { write: (text) => void (line = text) }).error({ err: error }, 'failed')
  return (JSON.parse(line) as { err: unknown }).err
}
