import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'
import { testEnvironment } from '@/tests/support/test-environment'

/** Ends when its input does, with a last line. */
const program = `
  import { log } from './lib/log.ts'
  process.stdin.resume().on('end', () => {
    for (let line = 0; line < 3; line++) log().info('nobody reads this')
    process.exit(7)
  })
  process.send('started')`

test('a process whose log nobody reads any more ends all the same', async () => {
  const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', program], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
    env: {
      ...testEnvironment,
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
    },
  })
  const kill = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await once(child, 'message')
  child.stdout?.destroy()
  await once(child.stdout ?? child, 'close')
  child.stdin?.end()
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(kill)
  expect(code).toBe(7)
})
