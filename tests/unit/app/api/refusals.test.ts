import { expect, test } from 'vitest'
import { permit } from '@/app/api/admit'

const ada = { accountId: 'a1', email: 'ada@example.com' } as const
const token = { kind: 'token', tokenId: 't1', name: 'reports' } as const

test.each([
  ['operate', { kind: 'admin', ...ada, role: 'viewer' }, 'This takes the role operator.'],
  ['own', { kind: 'admin', ...ada, role: 'operator' }, 'This takes the role owner.'],
  ['operate', { ...token, role: 'viewer' }, 'This takes a token with the scope operate.'],
  ['own', { ...token, role: 'operator' }, 'This takes a token with the scope own.'],
] as const)('whoever may not %s is told what it takes', (deed, principal, message) => {
  expect(permit(deed, principal)).toEqual({ ok: false, failure: { code: 'forbidden', message } })
})
