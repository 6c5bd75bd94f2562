import fc from 'fast-check'
import { expect } from 'vitest'

const rounds = process.env.TEST_SIZE === 'full' ? 1_000 : 130
const together = 10

/** What has broken other systems. None of it is a right value of any parameter. */
const known = [
  "' or '1'='1",
  "'; drop table inventory; --",
  "dallas-jan-2026'--",
  '$1',
  '%',
  '\\',
  '\0',
  '\r\nSet-Cookie: a=b',
  '../../etc/passwd',
  '{{7*7}}',
  '${7*7}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1e9999',
  '99999999999999999999',
  '0x10',
  '1e15',
  '1.5',
  '1;2',
  '\u202e',
  '\ud800',
  '😀'.repeat(300),
  'x'.repeat(3_000),
  '[object Object]',
  '{"$gt":""}',
  // To PostgreSQL, or to JavaScript a day later, no dates.
  '0000-01-01',
  '9999-12-31',
]

const hostile = fc.oneof(
  fc.constantFrom(...known),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
)

/** The same for JSON, where a value has types. */
const hostileValue = fc.oneof(
  hostile,
  fc.constantFrom(null, true, -1, 0, 1.5, 1e21, [], {}, [[]], [2], { $gt: '' }, { length: 1 }),
  fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value !== 'number' && value !== 'dallas-jan-2026'),
)

/** A request as `fetch` takes it. */
export interface Attempt {
  path: string
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** Puts what is hostile into a request, as text or as a value of JSON. */
export type Attack = (text: string, value: unknown) => Attempt

/** As a parameter of an address, before `more`. */
export const query =
  (path: string, name: string, more = '') =>
  (text: string): Attempt => ({
    path: `${path}?${new URLSearchParams({ [name]: text }).toString()}${more}`,
  })

/** A form's fields, sent. */
export const form = (path: string, fields: Record<string, string>): Attempt => ({
  path,
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})

/** Who attacks web processes in turn, at the origins that they have when the tests run. */
export function attackerOf(origins: () => readonly string[]) {
  let turn = 0
  /** @returns the answer's status */
  async function send({ path, ...init }: Attempt): Promise<number> {
    const controller = new AbortController()
    const origin = origins()[turn++ % origins().length]
    const response = await fetch(`${origin}${path}`, {
      redirect: 'manual',
      signal: controller.signal,
      ...init,
    })
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) controller.abort()
    else await response.text()
    return response.status
  }

  return {
    send,

    /** Some hundreds of attacks of a kind, none of which may be answered with 5xx. */
    survives: async (attack: Attack): Promise<void> => {
      // Each that is known once, then what chance brings.
      const examples: [[string, string][]][] = []
      for (let first = 0; first < known.length; first += together)
        examples.push([known.slice(first, first + together).map((text) => [text, text])])
      const batch = fc.array(fc.tuple(hostile, hostileValue), { minLength: together, maxLength: together })
      await fc.assert(
        fc.asyncProperty(batch, async (tuples) => {
          const statuses = await Promise.all(tuples.map(([text, value]) => send(attack(text, value))))
          for (const status of statuses) expect(status).toBeLessThan(500)
        }),
        { numRuns: examples.length + Math.ceil(rounds / together), examples },
      )
    },
  }
}
