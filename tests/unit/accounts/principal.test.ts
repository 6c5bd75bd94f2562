import { expect, test } from 'vitest'
import { may, type Deed, type Principal, type Role } from '@/lib/accounts'
import { roleOfScope } from '@/lib/accounts/principal'

const deeds: Deed[] = ['see', 'operate', 'own']

const table: Record<Role, boolean[]> = {
  viewer: [true, false, false],
  operator: [true, true, false],
  owner: [true, true, true],
}

test.each(Object.entries(table) as [Role, boolean[]][])('a %s, person or token, may %s', (role, allowed) => {
  const person: Principal = { kind: 'admin', accountId: 'a', email: 'a@example.com', role }
  const token: Principal = { kind: 'token', tokenId: 't', name: 'Site', role }
  expect(deeds.map((deed) => may(person, deed))).toEqual(allowed)
  expect(deeds.map((deed) => may(token, deed))).toEqual(allowed)
})

test('nobody may do nothing', () => {
  expect(deeds.map((deed) => may({ kind: 'nobody' }, deed))).toEqual([false, false, false])
})

test('scopes are roles under other names', () => {
  expect([roleOfScope('read'), roleOfScope('operate'), roleOfScope('own')]).toEqual([
    'viewer',
    'operator',
    'owner',
  ])
})
