import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'
import { countReport, countSuite } from '@/bin/test/count-suite'

const file = (status: string, ...tests: string[]) => ({
  name: join(root, 'tests/unit/some.test.ts'),
  status,
  message: 'SyntaxError: no\n  at line 1',
  assertionResults: tests.map((testStatus) => ({
    status: testStatus,
    fullName: 'adds up',
    failureMessages: testStatus === 'failed' ? ['\u001b[31mError: 3\u001b[39m\n  at line 2'] : [],
  })),
})

test('tests are counted one by one, and those that failed are named', () => {
  const report = {
    numPassedTests: 2,
    testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed')],
  }
  expect(countReport('unit', report, 1)).toEqual({
    passed: 2,
    failed: 1,
    failures: ['tests/unit/some.test.ts: adds up: Error: 3'],
  })
})

test('a file that could not be loaded counts as failed', () => {
  const report = { numPassedTests: 1, testResults: [file('failed'), file('passed', 'passed')] }
  expect(countReport('unit', report, 1)).toEqual({
    passed: 1,
    failed: 1,
    failures: ['tests/unit/some.test.ts: SyntaxError: no'],
  })
})

test('a run that failed outside its tests counts as failed', () => {
  const report = { numPassedTests: 1, testResults: [file('passed', 'passed')] }
  expect(countReport('unit', report, 1)).toEqual({
    passed: 1,
    failed: 1,
    failures: ['unit: ended with code 1'],
  })
})

test('a run without results counts as failed', async () => {
  expect(await countSuite('no-such-suite', 0)).toEqual({
    passed: 0,
    failed: 1,
    failures: ['no-such-suite: no results'],
  })
})
