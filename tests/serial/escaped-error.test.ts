import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'
import { testEnvironment } from '@/tests/support/test-environment'

/** A fault as the driver tells it, thrown where nobody catches it, on a signal. */
const fault = `Object.assign(new Error('a rule was broken'), { code: '23514', detail: 'Failing row contains (ada@example.com).' })`
const escapes = {
  thrown: `process.on('SIGUSR2', () => { throw ${fault} })`,
  rejected: `process.on('SIGUSR2', () => { void Promise.reject(${fault}) })`,
}

test.each([
  { name: 'web', way: 'thrown', ready: 'web is listening' },
  { name: 'web', way: 'rejected', ready: 'web is listening' },
  { name: 'worker', way: 'thrown', ready: 'will try again' },
  { name: 'worker', way: 'rejected', ready: 'will try again' },
] as const)(
  'what is $way and caught by nobody ends $name, which says so without the values of a row',
  async (one) => {
    const child = spawn(
      process.execPath,
      [`--import=data:text/javascript,${encodeURIComponent(escapes[one.way])}`, `build/${one.name}.js`],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          ...testEnvironment,
          LOG_LEVEL: 'info',
          PORT: '0',
          // Nobody is there: both wait for it.
          DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
          STRIPE_API_BASE: 'http://127.0.0.1:1',
          NODE_ENV: 'production',
        },
      },
    )
    const errors = text(child.stderr)
    // When its streams are closed too, so that its last words are in the output.
    const ended = once(child, 'close')
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (lines: string) => {
      if (!output.includes(one.ready) && (output + lines).includes(one.ready)) child.kill('SIGUSR2')
      output += lines
    })
    expect(await ended).toEqual([1, null])
    expect(await errors).toBe('')
    expect(output).not.toContain('ada@example.com')
    const last: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '')
    expect(last).toMatchObject({
      level: 'fatal',
      code: 'escaped_error',
      err: { message: 'a rule was broken', code: '23514' },
    })
  },
)
