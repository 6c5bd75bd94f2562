import { expect, test } from 'vitest'
import { createDatabase } from '@/db/client'
import {
  auditColumns,
  audited,
  auditEntries,
  auditFields,
  auditPage,
  recordAudit,
  recordAudits,
  type AuditContext,
} from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { somebody } from '@/tests/support/accounts'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

const anAdmin: AuditContext = {
  actor: {
    kind: 'admin',
    accountId: '7c1f6a0e-3e67-4d1b-9a1c-0a8e5a0b7f11',
    email: 'ann@example.com',
    role: 'operator',
  },
  address: '192.0.2.1',
  requestId: 'req-1',
}

test('a row says who, from where, what, before, after, why and in which request', async () => {
  await recordAudit(database(), anAdmin, {
    action: 'inventory.expand',
    target: 'dallas-jan-2026',
    outcome: 'applied',
    before: { limit: 35 },
    after: { limit: 40 },
    reason: 'more chairs',
    authorizedBy: 'the boss',
  })
  const { entries } = await auditPage({ action: 'inventory.expand' })
  expect(entries).toEqual([
    {
      id: expect.any(Number) as number,
      at: expect.any(Date) as Date,
      actorKind: 'admin',
      actorId: '7c1f6a0e-3e67-4d1b-9a1c-0a8e5a0b7f11',
      actorLabel: 'ann@example.com',
      address: '192.0.2.1',
      action: 'inventory.expand',
      target: 'dallas-jan-2026',
      outcome: 'applied',
      code: null,
      before: { limit: 35 },
      after: { limit: 40 },
      reason: 'more chairs',
      authorizedBy: 'the boss',
      requestId: 'req-1',
    },
  ])
  const fields = auditFields(entries[0] ?? never())
  expect(fields).toHaveLength(auditColumns.length)
  expect(fields[auditColumns.indexOf('after')]).toBe('{"limit":40}')
  expect(fields[auditColumns.indexOf('code')]).toBe('')
})

function never(): never {
  throw new Error('no row')
}

test.each(['update admin_audit set reason = null', 'delete from admin_audit', 'truncate admin_audit'])(
  'the role of web and worker cannot "%s", and neither can the owner of the schema',
  async (statement) => {
    await recordAudit(database(), somebody, { action: 'test.kept', outcome: 'applied' })
    const app = createDatabase({ connectionString: story.appUrl, max: 1, applicationName: 'test' })
    const run = app.getExecutor().executeQuery({
      sql: statement,
      parameters: [],
      query: { kind: 'RawNode', sqlFragments: [statement], parameters: [] },
      queryId: { queryId: 'test' },
    })
    await expect(run).rejects.toThrow('permission denied for table admin_audit')
    await app.destroy()
    await expect(story.owner.query(statement)).rejects.toThrow('admin_audit is append-only')
    expect((await auditPage({ action: 'test.kept' })).entries.length).toBeGreaterThan(0)
  },
)

test('texts from outside cannot make a row fail', async () => {
  await recordAudit(
    database(),
    {
      actor: { kind: 'token', tokenId: 't', name: '\u0000 '.repeat(500), role: 'viewer' },
      address: 'x'.repeat(900),
    },
    {
      action: 'test.hostile',
      target: '\ud800'.repeat(300),
      outcome: 'failed',
      code: 'unexpected',
      reason: '\u0007'.repeat(5_000),
      authorizedBy: '💈'.repeat(300),
      after: { text: 'a\u0000b\udfff', list: ['\u0000'] },
    },
  )
  const { entries } = await auditPage({ action: 'test.hostile' })
  expect(entries[0]?.after).toEqual({ text: 'ab\ufffd', list: [''] })
})

test('pages follow one another without gap or repetition, while rows are added', async () => {
  await recordAudits(
    database(),
    anAdmin,
    Array.from({ length: 25 }, (_, index) => paged(index)),
  )
  const seen: (string | null)[] = []
  let before: number | undefined
  for (;;) {
    const page = await auditPage({ action: 'test.paged' }, { limit: 10, before })
    seen.push(...page.entries.map(({ target }) => target))
    await recordAudit(database(), anAdmin, paged(99))
    if (page.nextBefore === null) break
    before = page.nextBefore
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)))
})

function paged(index: number) {
  return { action: 'test.paged', target: String(index), outcome: 'applied' } as const
}

test('filters choose by actor, action, target, outcome and time', async () => {
  const token: AuditContext = { actor: { kind: 'token', tokenId: 'tok-1', name: 'Site', role: 'viewer' } }
  await recordAudit(database(), token, { action: 'test.filter', target: 'a', outcome: 'applied' })
  await recordAudit(database(), token, {
    action: 'test.filter',
    target: 'b',
    outcome: 'refused',
    code: 'forbidden',
  })
  const targets = async (filter: Parameters<typeof auditPage>[0]) =>
    (await auditPage(filter)).entries.map(({ target }) => target)
  expect(await targets({ actorId: 'tok-1' })).toEqual(['b', 'a'])
  expect(await targets({ actorId: 'tok-1', outcome: 'refused' })).toEqual(['b'])
  expect(await targets({ action: 'test.filter', target: 'a' })).toEqual(['a'])
  const later = new Date(Date.now() + 60_000)
  expect(await targets({ action: 'test.filter', from: later })).toEqual([])
  expect(await targets({ action: 'test.filter', until: later })).toEqual(['b', 'a'])
})

test('an export reads any number of rows', async () => {
  const rows = Array.from({ length: 1_203 }, (_, index) => ({ ...paged(index), action: 'test.export' }))
  await recordAudits(database(), anAdmin, rows)
  const seen: (string | null)[] = []
  for await (const entry of auditEntries({ action: 'test.export' })) seen.push(entry.target)
  expect(seen).toEqual(rows.map(({ target }) => target).reverse())
})

test('an action and its row are there together or not at all; one that throws is recorded as failed', async () => {
  const ordered = audited(anAdmin, { action: 'test.audited', target: 'x' }, async (trx) => {
    await trx.insertInto('settings').values({ key: 'audited', value: '{}' }).execute()
    throw new Error('halfway')
  })
  await expect(ordered).rejects.toThrow('halfway')
  const settings = await database()
    .selectFrom('settings')
    .select('key')
    .where('key', '=', 'audited')
    .execute()
  expect(settings).toEqual([])
  const { entries } = await auditPage({ action: 'test.audited' })
  expect(entries).toMatchObject([{ outcome: 'failed', code: 'unexpected', target: 'x', requestId: 'req-1' }])
})

test('the database itself wants a code for what was not applied, and none for what was', async () => {
  const refused = recordAudit(database(), anAdmin, { action: 'test.code', outcome: 'refused' })
  await expect(refused).rejects.toThrow('admin_audit_check')
  const applied = recordAudit(database(), anAdmin, { action: 'test.code', outcome: 'applied', code: 'x' })
  await expect(applied).rejects.toThrow('admin_audit_check')
})
