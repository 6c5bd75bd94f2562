import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../root'

export interface Count {
  passed: number
  failed: number
}

/** Where a suite's results are written, in vitest's JSON form. */
export function suiteReportFile(suite: string): string {
  return join(root, 'test-results', `${suite}.json`)
}

/**
 * How many tests of a suite passed and failed. A file that could not be loaded, a set-up that broke, and a run
 * that left no results count as failed, so that no crash looks like success.
 *
 * @param exitCode of vitest
 */
export async function countSuite(suite: string, exitCode: number): Promise<Count> {
  const text = await readFile(suiteReportFile(suite), 'utf8').catch(() => undefined)
  if (text === undefined) return { passed: 0, failed: 1 }
  return countReport(report.parse(JSON.parse(text)), exitCode)
}

export function countReport(result: z.output<typeof report>, exitCode: number): Count {
  const brokenFiles = result.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  )
  const failed = result.numFailedTests + brokenFiles.length
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
  }
}

/** The part of vitest's JSON report that counts. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
})
