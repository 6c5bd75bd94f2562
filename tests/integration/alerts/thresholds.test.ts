import { expect, test } from 'vitest'
import { saveThresholds } from '@/lib/alerts/edit-thresholds'
import { readThresholds } from '@/lib/alerts/thresholds'
import { defaultThresholds } from '@/lib/alerts/thresholds'
import { contentVersion } from '@/lib/content-version'
import { database } from '@/lib/database'
import { somebody } from '@/tests/support/accounts'
import { alertDesk } from '@/tests/support/alert-desk'

const { lastAudit } = alertDesk()

test('thresholds are replaced as a whole; an edit based on older ones is refused', async () => {
  const seen = contentVersion(await readThresholds(database()))
  const wanted = [{ tier: 'ga', remaining: 7, level: 'critical', channels: ['sms'] }] as const
  expect(await saveThresholds(wanted, seen, somebody)).toEqual({ ok: true, value: null })
  expect(await readThresholds(database())).toEqual(wanted)
  expect(await saveThresholds(defaultThresholds, seen, somebody)).toEqual({
    ok: false,
    code: 'changed_meanwhile',
  })
  expect(await lastAudit()).toMatchObject({
    action: 'alert.thresholds',
    outcome: 'refused',
    code: 'changed_meanwhile',
  })
  expect(await readThresholds(database())).toEqual(wanted)
})
