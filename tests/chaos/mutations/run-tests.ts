import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** What a test file has to say. */
export type TestRun =
  | { kind: 'passed'; tests: number }
  | { kind: 'failed'; test: string; message: string }
  /** It did not come to any verdict: a mutation must break the promise, not the program. */
  | { kind: 'broken'; output: string }

const timeoutMs = 240_000

/** Runs one test file of a tree, up to its first failure. */
export async function runTestFile(folder: string, file: string): Promise<TestRun> {
  const report = join(folder, 'mutation.json')
  await rm(report, { force: true })
  const child = spawn(
    process.execPath,
    [
      join(folder, 'node_modules', 'vitest', 'vitest.mjs'),
      ...[
        'run',
        '--project',
        projectOf(file),
        '--bail',
        '1',
        '--reporter=json',
        `--outputFile.json=${report}`,
        file,
      ],
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test' },
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const timer = setTimeout(() => child.kill('SIGTERM'), timeoutMs)
  await once(child, 'close')
  clearTimeout(timer)
  return verdictOf(await readFile(report, 'utf8').catch(() => ''), output)
}

/** The suites are named as their folders. */
function projectOf(file: string): string {
  const [, project] = file.split('/')
  if (project === undefined) throw new Error(`${file} is in no suite`)
  return project
}

function verdictOf(text: string, output: string): TestRun {
  if (text === '') return { kind: 'broken', output: output.slice(-2_000) }
  const { success, testResults } = reportSchema.parse(JSON.parse(text))
  const tests = testResults.flatMap((result) => result.assertionResults)
  const failed = tests.find((test) => test.status === 'failed')
  if (failed) {
    const [message = ''] = (failed.failureMessages[0] ?? '').split('\n')
    return { kind: 'failed', test: failed.fullName, message }
  }
  const passed = tests.filter((test) => test.status === 'passed').length
  if (success && passed > 0) return { kind: 'passed', tests: passed }
  const messages = testResults.map((result) => result.message).join('\n')
  return { kind: 'broken', output: `${messages}\n${output.slice(-2_000)}` }
}

const reportSchema = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
})
