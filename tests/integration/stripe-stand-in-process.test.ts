import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'
import { standInEnvironment } from '@/bin/launch/stand-in'

/** The stand-in as a process of its own: nobody who sells for real money is to pay there. */

const main = join(root, 'tests', 'support', 'stripe-stand-in', 'main.ts')

async function run(env: Partial<NodeJS.ProcessEnv>) {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: root,
    env: { NODE_ENV: 'test', PATH: process.env.PATH, WEBHOOK_SECRET: 'whsec_tests', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.on('data', () => child.kill())
  const exited = once(child, 'exit')
  const [errors, ready] = await Promise.all([text(child.stderr), text(child.stdout)])
  const [code] = (await exited) as [number | null]
  return { code, errors, ready }
}

test.each<Partial<NodeJS.ProcessEnv>>([
  { NODE_ENV: 'production' },
  { APP_MODE: 'production' },
  { NODE_ENV: 'production', APP_MODE: ' ' },
])('it does not start with %j', async (env) => {
  expect(await run(env)).toEqual({
    code: 78,
    errors: 'Stripe stand-in: it does not start in production, where Stripe itself is asked\n',
    ready: '',
  })
})

test('it starts where npm start runs the production build on somebody’s own machine', async () => {
  const web: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    APP_MODE: 'local',
    STRIPE_WEBHOOK_SECRET: 'whsec_tests',
  }
  const { STATE_FILE: _, ...env } = standInEnvironment(web, {
    port: 0,
    webUrl: 'http://127.0.0.1:1',
    dataDir: '',
  })
  const { ready, errors } = await run(env)
  expect([errors, ready]).toEqual(['', expect.stringContaining('Stripe stand-in ready on http://127.0.0.1:')])
})
