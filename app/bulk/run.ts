import { figuresOf } from '@/app/api/audit-figures'
import type { SignedIn } from '@/app/web/require-principal'
import { recordAudits, recordAudit } from '@/lib/accounts/audit-log'
import { counted } from '@/lib/counted'
import { database } from '@/lib/database'
import {
  type AdminRefusal,
  type BulkResult as EngineResult,
  type CityResult,
  expandCities,
  type RecordBulk,
  resetCities,
} from '@/lib/inventory/admin'
import { type BulkOperation, type BulkCityResult, type BulkRun, bulkStep } from './bulk-form'

/**
 * Changes the next cities of a run, in one transaction with an audit row for each.
 *
 * @returns what is left, and the results so far
 */
export async function runBulkStep(
  { operation, targets, results }: BulkRun,
  signedIn: SignedIn,
): Promise<{ ok: true; value: Pick<BulkRun, 'targets' | 'results'> } | AdminRefusal> {
  const now = targets.slice(0, bulkStep)
  const outcome = await change(operation, now, signedIn)
  if (!outcome.ok) {
    const { code } = outcome
    const event = { action: `inventory.${operation.operation}`, reason: operation.reason || undefined }
    await recordAudit(database(), signedIn.audit, { ...event, outcome: 'refused', code })
    return outcome
  }
  const value = { targets: targets.slice(bulkStep), results: [...results, ...outcome.results.map(toResult)] }
  return { ok: true, value }
}

type Done = { limit: number } | { forgotten: number }

async function change(
  operation: BulkOperation,
  targets: BulkRun['targets'],
  signedIn: SignedIn,
): Promise<EngineResult<Done>> {
  const cityIds = targets.map(([cityId]) => cityId)
  const seen = new Map(targets)
  const { email } = signedIn.principal
  const authority = { actor: email, authorizedBy: email, reason: operation.reason }
  switch (operation.operation) {
    case 'expand':
      return expandCities(
        cityIds,
        { ...operation, expectedLimits: seen },
        authority,
        recordWith<{ limit: number }>(operation, signedIn),
      )
    case 'reset':
      return resetCities(
        cityIds,
        { expectedEpochs: seen },
        authority,
        recordWith<{ forgotten: number }>(operation, signedIn),
      )
  }
}

function recordWith<One extends object>(operation: BulkOperation, { audit }: SignedIn): RecordBulk<One> {
  return (trx, results, entries) =>
    recordAudits(
      trx,
      audit,
      results.map((result) => ({
        action: `inventory.${operation.operation}`,
        target: result.cityId,
        reason: operation.reason || undefined,
        ...(result.ok
          ? { outcome: 'applied' as const, ...figuresOf(entries, result.cityId) }
          : { outcome: 'refused' as const, code: result.code }),
      })),
    )
}

function toResult(result: CityResult<Done>): BulkCityResult {
  const { cityId } = result
  if (!result.ok) return { cityId, ok: false, text: result.message }
  return {
    cityId,
    ok: true,
    text:
      'limit' in result
        ? `limit ${result.limit}`
        : `${counted(result.forgotten, 'sold seat')} no longer counted`,
  }
}
