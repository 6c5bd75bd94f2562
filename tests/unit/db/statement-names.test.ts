import { expect, test } from 'vitest'
import { StatementNames } from '@/db/statement-names'

function nameOnceOften(text: string): string | undefined {
  const names = new StatementNames()
  for (let use = 1; use <= 5; use++) names.of(text)
  return names.of(text)
}

test('a text has a name from its third use on, and always the same', () => {
  const names = new StatementNames()
  expect([names.of('select 1'), names.of('select 1')]).toEqual([undefined, undefined])
  const name = names.of('select 1')
  expect(name).toBeDefined()
  expect(names.of('select 1')).toBe(name)
})

test.each([
  'select * from cities',
  'select c.* from cities c',
  'update cities set name = $1 returning *',
  'insert into cities (id) values ($1) returning *',
  'insert into cities as c (id) values ($1) returning c.id, c.*',
])('no name is given to what answers all columns, which a migration may change: %s', (text) => {
  expect(nameOnceOften(text)).toBeUndefined()
})

test.each([
  'insert into cities (id) select * from (select unnest($1::text[])) new',
  'insert into cities (id, name) select new.*, $2 from (select unnest($1::text[])) new returning id',
])('an insert answers only what it returns: %s', (text) => {
  expect(nameOnceOften(text)).toBeDefined()
})
