import { expect, test } from 'vitest'
import { countReport, countSuite } from '@/bin/test/count-suite'

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((testStatus) => ({ status: testStatus })),
})

test('tests are counted one by one', () => {
  const report = {
    numPassedTests: 2,
    numFailedTests: 1,
    testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed')],
  }
  expect(countReport(report, 1)).toEqual({ passed: 2, failed: 1 })
})

test('a file that could not be loaded counts as failed', () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 0,
    testResults: [file('failed'), file('passed', 'passed')],
  }
  expect(countReport(report, 1)).toEqual({ passed: 1, failed: 1 })
})

test('a run that failed outside its tests counts as failed', () => {
  const report = { numPassedTests: 1, numFailedTests: 0, testResults: [file('passed', 'passed')] }
  expect(countReport(report, 1)).toEqual({ passed: 1, failed: 1 })
})

test('a run without results counts as failed', async () => {
  expect(await countSuite('no-such-suite', 0)).toEqual({ passed: 0, failed: 1 })
})
