import { readAuditState, readAuditsUnderWay } from '@/lib/audit'
import { until } from './until'

/**
 * Waits until the worker has done the audits with which it begins, one of each kind, and has noted that they are done:
 * whatever comes after that is of the test's own making.
 */
export async function workerHasAudited(): Promise<void> {
  await until(async () => {
    const latest = Object.values(await readAuditState())
    return latest.every((run) => run !== null) && (await readAuditsUnderWay()).length === 0
  }, 60_000)
}
