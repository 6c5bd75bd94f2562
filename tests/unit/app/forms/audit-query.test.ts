import { expect, test } from 'vitest'
import { readAuditQuery } from '@/app/forms/audit-query'

const read = (query: Record<string, string>) => readAuditQuery(new URLSearchParams(query))

test('days are whole days in UTC, the last one included; what is empty is no filter', () => {
  expect(
    read({ actor: ' ', action: '', outcome: '', from: '2026-01-30', until: '2026-01-31' }),
  ).toMatchObject({
    ok: true,
    filter: { from: new Date('2026-01-30T00:00:00Z'), until: new Date('2026-02-01T00:00:00Z') },
  })
  expect(read({ from: '', until: '' })).toMatchObject({ ok: true, filter: {} })
  expect(read({ from: '2026-01-31', until: '2026-01-31' })).toMatchObject({ ok: true })
})

test.each([
  [{ from: 'yesterday' }, [{ fieldId: 'from', message: 'Write a date as 2026-01-31' }]],
  [{ until: '31.01.2026' }, [{ fieldId: 'until', message: 'Write a date as 2026-01-31' }]],
  [{ from: '2026-02-30' }, [{ fieldId: 'from', message: 'Write a date as 2026-01-31' }]],
  [
    { from: '2026-02-01', until: '2026-01-31' },
    [{ fieldId: 'until', message: 'The last day is before the first' }],
  ],
])(
  'a day that cannot be read is refused at its field (%o), and what was typed is kept',
  (query, problems) => {
    expect(read({ ...query, action: 'inventory.expand' })).toEqual({
      ok: false,
      values: { ...query, action: 'inventory.expand' },
      problems,
    })
  },
)

test('an actor is an id or a label', () => {
  const id = '7c1f6a0e-3e67-4d1b-9a1c-0a8e5a0b7f11'
  expect(read({ actor: id })).toMatchObject({ filter: { actorId: id } })
  expect(read({ actor: 'ann@example.com' })).toMatchObject({ filter: { actorLabel: 'ann@example.com' } })
})
