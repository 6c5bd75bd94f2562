import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { root } from '@/bin/root'

/** Schedules of this range; another one of them each time, so that every run of the tests looks somewhere new. */
const seed = 630_000 + randomInt(1_000)

test('a minute in which everything goes wrong: no seat is sold twice, no payment is forgotten', async () => {
  const run = await chaos(['--seconds', '60', '--seed', String(seed), '--json'])
  expect(run.code, `${run.errors}\nnpm run chaos -- --seconds 60 --seed ${seed}`).toBe(0)
  const lines = run.output.trim().split('\n')
  expect(lines).toHaveLength(1)
  const result = resultSchema.parse(JSON.parse(lines[0] ?? ''))
  expect(result).toMatchObject({ seed, seconds: 60, oversold: 0, lost: 0, doubled: 0 })
  expect(result.kills).toBeGreaterThanOrEqual(3)
  expect(result.sold).toBeGreaterThan(20)
  expect(result.payments).toBe(result.sold + result.exceptions)
})

const resultSchema = z.strictObject({
  seed: z.number(),
  seconds: z.number(),
  kills: z.number(),
  payments: z.number(),
  sold: z.number(),
  exceptions: z.number(),
  oversold: z.number(),
  lost: z.number(),
  doubled: z.number(),
})

async function chaos(args: readonly string[]) {
  const preload = [`--import=tsx`, `--import=${pathToFileURL(`${root}/bin/follow-parent.mjs`).href}`]
  const child = spawn(process.execPath, [...preload, 'bin/chaos.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test' },
  })
  let [output, errors] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output, errors }
}
