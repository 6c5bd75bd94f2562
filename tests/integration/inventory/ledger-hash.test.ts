import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { ledgerHash, type LedgerRow } from '@/lib/inventory/ledger/hash'
import { storyDatabase } from '../../support/stories/database'

storyDatabase()

const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((given) => !given.includes('\0'))
const whole = fc.integer({ min: -1_000_000, max: 1_000_000 })

const row: fc.Arbitrary<LedgerRow> = fc.record({
  cityId: text,
  tier: fc.constantFrom('ga', 'vip'),
  operation: text,
  sequence: fc.nat(),
  epoch: fc.nat(),
  quantity: whole,
  soldBefore: whole,
  soldAfter: whole,
  publicLimitBefore: whole,
  publicLimitAfter: whole,
  actualLimitBefore: whole,
  actualLimitAfter: whole,
  paymentId: fc.option(text),
  paymentIntentId: fc.option(text),
  sessionId: fc.option(text),
  reservationId: fc.option(text),
  actor: fc.option(text),
  authorizedBy: fc.option(text),
  reason: fc.option(text),
  occurredAt: fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
})

test('our hash of a ledger row is the database’s, whatever is written in it', async () => {
  await fc.assert(
    fc.asyncProperty(row, fc.uint8Array({ maxLength: 32 }), async (entry, bytes) => {
      const previous = Buffer.from(bytes)
      const { rows } = await sql<{ hash: Buffer }>`
        select ledger_hash(${previous}, row(1, ${entry.cityId}, ${entry.tier}, ${entry.sequence}::bigint,
          ${entry.epoch}::int, ${entry.operation}, ${entry.quantity}::int, ${entry.soldBefore}::int,
          ${entry.soldAfter}::int, ${entry.publicLimitBefore}::int, ${entry.publicLimitAfter}::int,
          ${entry.actualLimitBefore}::int, ${entry.actualLimitAfter}::int, ${entry.paymentId}::text,
          ${entry.paymentIntentId}::text, ${entry.sessionId}::text, ${entry.reservationId}::text,
          ${entry.actor}::text, ${entry.authorizedBy}::text, ${entry.reason}::text,
          ${entry.occurredAt}::timestamptz, ''::bytea)::inventory_transactions) as hash`.execute(database())
      expect(ledgerHash(previous, entry).equals(rows[0]?.hash ?? Buffer.alloc(0))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('no two rows read the same: a length stands before every value', () => {
  const base: LedgerRow = {
    cityId: 'a',
    tier: 'ga',
    sequence: 1,
    epoch: 0,
    operation: 'expand',
    quantity: 1,
    soldBefore: 0,
    soldAfter: 0,
    publicLimitBefore: 0,
    publicLimitAfter: 0,
    actualLimitBefore: 0,
    actualLimitAfter: 1,
    paymentId: null,
    paymentIntentId: null,
    sessionId: null,
    reservationId: null,
    actor: null,
    authorizedBy: null,
    reason: null,
    occurredAt: new Date(0),
  }
  const hashes = [
    base,
    { ...base, actor: 'x' },
    { ...base, authorizedBy: 'x' },
    { ...base, actor: '' },
    { ...base, actor: 'x,1:y' },
    { ...base, actor: 'x', authorizedBy: 'y' },
    { ...base, actor: '-,' },
  ].map((entry) => ledgerHash(Buffer.alloc(0), entry).toString('hex'))
  expect(new Set(hashes).size).toBe(hashes.length)
})
