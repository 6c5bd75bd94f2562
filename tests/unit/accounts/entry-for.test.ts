import { expect, test } from 'vitest'
import type { AuditEntry } from '@/lib/accounts/audit-log'
import { entryFor } from '@/lib/accounts/audit-log'
import type { Principal, Role } from '@/lib/accounts'

const reader = (role: Role): Principal => ({ kind: 'admin', accountId: '', email: '', role })

function anEntry(action: string, after: AuditEntry['after']): AuditEntry {
  const nothing = { code: null, reason: null, authorizedBy: null, requestId: null, address: null }
  const actor = { actorKind: 'admin', actorId: null, actorLabel: 'owner@example.com' } as const
  return {
    ...nothing,
    ...actor,
    id: 1,
    at: new Date(),
    action,
    target: null,
    outcome: 'applied',
    before: null,
    after,
  }
}

test('a row that names recipients is whole for owners, and masked for everybody else', () => {
  const recipients = { emails: ['ada@example.com'], phones: ['+12145550187'] }
  const entry = anEntry('settings.alerts', { gatherSeconds: 60, retrySeconds: 0.12345678, recipients })
  const masked = { emails: ['a…@example.com'], phones: ['…0187'] }
  expect(entryFor(reader('owner'), entry)).toEqual(entry)
  for (const other of [reader('operator'), reader('viewer'), { kind: 'nobody' } as const]) {
    const after = { gatherSeconds: 60, retrySeconds: 0.12345678, recipients: masked }
    expect(entryFor(other, entry)).toEqual({ ...entry, after })
  }
  const resent = anEntry('alert.resend', { targets: ['+12145550187', 'webhook'] })
  expect(entryFor(reader('viewer'), resent).after).toEqual({ targets: ['…0187', 'webhook'] })
})

test('other rows are the same for all', () => {
  const entry = anEntry('account.create', { email: 'ada@example.com' })
  expect(entryFor(reader('viewer'), entry)).toEqual(entry)
})
