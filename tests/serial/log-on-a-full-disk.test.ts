import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'
import { testEnvironment } from '@/tests/support/test-environment'

/** Fills its log until there is no room, makes room, and ends with 7 where it comes so far. */
const program = `
  import { ftruncateSync } from 'node:fs'
  import { log } from './lib/log.ts'
  for (let line = 0; line < 200; line++) log().info('.'.repeat(10_000))
  log().fatal('no room for the last words either')
  ftruncateSync(1)
  log().info('room again')
  process.exit(7)`

test('a process goes on though its log’s disk is full, and so does the log once there is room', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'full-disk-'))
  const file = join(folder, 'log')
  const disk = openSync(file, 'a')
  // A file that may not grow beyond a megabyte refuses a line as a full disk does.
  const limited = ['-c', 'ulimit -f 2048; exec "$0" "$@"', process.execPath]
  const child = spawn('sh', [...limited, '--import=tsx', '--input-type=module', '-e', program], {
    cwd: root,
    stdio: ['ignore', disk, 'inherit'],
    env: {
      ...testEnvironment,
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
    },
  })
  closeSync(disk)
  const kill = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(kill)
  expect(code).toBe(7)
  expect(await readFile(file, 'utf8')).toMatch(/^{[^\n]*"room again"}\n$/)
  await rm(folder, { recursive: true })
})
