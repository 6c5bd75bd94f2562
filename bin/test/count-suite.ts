import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'
import { root } from '../root'

export interface Count {
  passed: number
  failed: number
  /** What failed: a test with its file and first line, or a file that broke. */
  failures: string[]
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
  if (text === undefined) return { passed: 0, failed: 1, failures: [`${suite}: no results`] }
  return countReport(suite, report.parse(JSON.parse(text)), exitCode)
}

export function countReport(suite: string, result: z.output<typeof report>, exitCode: number): Count {
  const failures = result.testResults.flatMap(failuresOf)
  if (failures.length === 0 && exitCode !== 0) failures.push(`${suite}: ended with code ${exitCode}`)
  return { passed: result.numPassedTests, failed: failures.length, failures }
}

function failuresOf({ name, status, message, assertionResults }: FileReport): string[] {
  const file = relative(root, name)
  const tests = assertionResults
    .filter((assertion) => assertion.status === 'failed')
    .map(({ fullName, failureMessages }) => `${file}: ${fullName}${firstLine(failureMessages[0])}`)
  return tests.length === 0 && status === 'failed' ? [`${file}${firstLine(message)}`] : tests
}

function firstLine(message = ''): string {
  const [line] = stripVTControlCharacters(message).split('\n')
  return line ? `: ${line}` : ''
}

type FileReport = z.output<typeof fileReport>

const fileReport = z.object({
  name: z.string(),
  status: z.string(),
  message: z.string(),
  assertionResults: z.array(
    z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()) }),
  ),
})

/** The part of vitest's JSON report that counts. */
const report = z.object({ numPassedTests: z.number(), testResults: z.array(fileReport) })
