import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from './build/build'
import { isBuildStale } from './build/stamp'
import { root } from './root'
import { countSuite, suiteReportFile, type Count } from './test/count-suite'
import { runScript, runVitest } from './test/run-tool'

/**
 * `npm test`: every check in order, the cheap ones first; all of them run, whatever failed before.
 * `npm test -- path` runs the test files whose path contains it. `--full` asks for the heavier sizes.
 */

const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const size = process.argv.includes('--full') ? 'full' : ''
const total: Count = { passed: 0, failed: 0, failures: [] }

await rm(join(root, 'test-results'), { recursive: true, force: true })
await mkdir(join(root, 'test-results'), { recursive: true })

if (filters.length === 0) {
  await check('Types', () => runScript('typecheck'))
  await check('Lint', () => runScript('lint'))
}
const isBuilt = await check('Build', buildIfStale)

let testsRun = 0
for (const suite of ['unit', 'integration', 'http', 'serial', 'e2e'] as const) {
  if (!isBuilt && suite !== 'unit' && suite !== 'integration') continue
  heading(`Tests: ${suite}`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${suiteReportFile(suite)}`]
  const args = ['--project', suite, '--passWithNoTests', '--allowOnly=false', ...reporters, ...filters]
  const exitCode = await runVitest(args, { TEST_SIZE: size })
  const count = await countSuite(suite, exitCode)
  testsRun += count.passed + count.failed
  add(count)
}
if (testsRun === 0) {
  console.error('No tests were found.')
  add({ passed: 0, failed: 1, failures: ['no tests were found'] })
}

// Once more at the end, where a log that was cut off still shows it.
if (total.failed > 0) heading('Failed')
for (const failure of total.failures) console.log(failure)
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)

async function buildIfStale(): Promise<number> {
  if (!(await isBuildStale())) return 0
  try {
    await build()
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}

/** A check that is one thing in the count. @returns whether it passed */
async function check(name: string, run: () => Promise<number>): Promise<boolean> {
  heading(name)
  const passed = (await run()) === 0
  add(passed ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [name] })
  console.log(passed ? 'ok' : 'failed')
  return passed
}

function heading(text: string): void {
  console.log(`\n── ${text}`)
}

function add({ passed, failed, failures }: Count): void {
  total.passed += passed
  total.failed += failed
  total.failures.push(...failures)
}
