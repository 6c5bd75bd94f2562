import { expect, test } from 'vitest'
import { auditAlert } from '@/lib/audit/alert'
import type { AuditDifference } from '@/lib/audit'
import type { AuditRun } from '@/lib/audit/store-run'

const aDifference = (row: string, message: string, cityId: string | null = 'dallas'): AuditDifference => ({
  kind: 'stock',
  cityId,
  tier: cityId === null ? null : 'ga',
  row,
  message,
})

function aRun(differences: AuditDifference[], id = 7): AuditRun {
  const at = new Date('2026-01-10T12:00:00Z')
  return {
    id,
    kind: 'full',
    startedAt: at,
    finishedAt: at,
    verdict: 'differences',
    differences,
    rowsWalked: 1,
  }
}

test('names the rows and their numbers, and where to read on', () => {
  const alert = auditAlert(aRun([aDifference('stock row', 'sold is 1, but 2 by the ledger')]), 0)
  expect(alert).toMatchObject({
    kind: 'audit',
    cityId: 'dallas',
    subject: 'The audit found 1 difference',
    body: 'dallas GA, stock row: sold is 1, but 2 by the ledger. Nothing was changed. Audit 7 in the console has the whole list.',
  })
})

test('many differences are counted, and of many cities none is named as the alert’s own', () => {
  const many = Array.from({ length: 8 }, (_, index) =>
    aDifference(`payment pi_${index}`, 'no seats', `city-${index}`),
  )
  const alert = auditAlert(aRun(many), 0)
  expect(alert.cityId).toBeUndefined()
  expect(alert.body).toContain('city-4 GA, payment pi_4: no seats. And 3 more.')
  expect(auditAlert(aRun([aDifference('event evt_1', 'no payment', null)]), 0).cityId).toBeUndefined()
})

test('the same rows are one alert until a clean run, whatever their order and numbers', () => {
  const [one, other] = [aDifference('stock row', 'sold is 1'), aDifference('ledger row 3', 'its hash')]
  const key = (differences: AuditDifference[], lastClean = 4, id = 7) =>
    auditAlert(aRun(differences, id), lastClean).key
  expect(key([other, { ...one, message: 'sold is 2' }], 4, 8)).toBe(key([one, other]))
  expect(key([one])).not.toBe(key([one, other]))
  expect(key([one, other], 5)).not.toBe(key([one, other]))
})
