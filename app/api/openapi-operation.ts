import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { Answer, Call } from './describe'
import { failuresOf } from './failures'
import { hoist, type JsonSchema } from './openapi-schema'
import { isLasting } from './outcome'

/** `public`: what anybody may call, and nothing of what only a role gets. */
export type Audience = 'public' | 'all'

type Components = Record<string, JsonSchema>

/** One call as an OpenAPI operation. */
export function operationOf(call: Call, audience: Audience, components: Components): JsonSchema {
  return {
    operationId: call.id,
    summary: call.summary,
    description: [call.description, whoTexts[call.who]].filter(Boolean).join('\n\n'),
    ...(audience === 'all' && { security: call.who === 'anyone' ? [{}, { token: [] }] : [{ token: [] }] }),
    parameters: [
      ...parametersOf(call.params, 'path'),
      ...parametersOf(call.query, 'query'),
      ...(call.once ? [idempotencyKey] : []),
      ...(hasVersions(call) ? [ifNoneMatch] : []),
    ],
    ...(call.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: hoist(call.body, components, 'input'), ...bodyExamples(call) },
        },
      },
    }),
    responses: {
      ...successOf(call, audience, components),
      ...(hasVersions(call) && { 304: notModified }),
      ...refusalsOf(call),
    },
  }
}

const whoTexts = {
  anyone: '',
  see: 'Needs the role viewer, or a token with the scope read.',
  operate: 'Needs the role operator, or a token with the scope operate.',
  own: 'Needs the role owner, or a token with the scope own.',
} as const satisfies Record<Call['who'], string>

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Any text that is new for each request, best a random UUID. The same key with the same body gets the same answer for 24 hours and changes nothing twice; with another body 409. Whose key it is, is told by the token or account, else by the `holdToken` or the cookie, else by the network address: with none of them the same key from another network is a new request, and whoever shares the address and guesses the key gets the answer.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
}

const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The `ETag` of an answer that the caller still has: 304 says that it is right as it is.',
  schema: { type: 'string' },
}

const etag = {
  ETag: { description: 'Names this answer. Not every answer has one.', schema: { type: 'string' } },
}

const notModified = { description: 'Nothing has changed since the answer with this `ETag`.', headers: etag }

const replayed = {
  'Idempotency-Replayed': {
    description: '`true` where this is the answer to an earlier request with the same `Idempotency-Key`.',
    schema: { const: 'true' },
  },
}

const retryAfter = { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } }

/** Whether a caller who has an answer may ask for a newer one only. */
function hasVersions({ isPublicRead, answer }: Call): boolean {
  return isPublicRead === true && answer.as !== 'events'
}

function headersOf(call: Call, status: number): JsonSchema {
  // 409 is also what a request is told whose earlier self is still being answered.
  const asksToWait = status === 429 || status === 503 || (status === 409 && call.once === true)
  const headers = {
    ...(status === call.answer.status && hasVersions(call) && etag),
    ...(call.once && isLasting(status) && replayed),
    ...(asksToWait && retryAfter),
  }
  return Object.keys(headers).length > 0 ? { headers } : {}
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (!schema) return []
  const { properties = {}, required = [] } = hoist(schema, {}, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    ...(required.includes(name) && { required: true }),
    ...(description !== undefined && { description }),
    schema: property,
  }))
}

function bodyExamples({ examples = [] }: Call): JsonSchema {
  const named = examples.flatMap(({ summary, body }, index) =>
    body === undefined ? [] : [[`example${index + 1}`, { summary, value: body }]],
  )
  return named.length > 0 ? { examples: Object.fromEntries(named) } : {}
}

function successOf(call: Call, audience: Audience, components: Components): JsonSchema {
  const answers =
    audience === 'all' && call.answerWithRole ? [call.answer, call.answerWithRole] : [call.answer]
  return {
    [call.answer.status]: {
      description: answers.map(({ description }) => description).join(' With a role: '),
      ...headersOf(call, call.answer.status),
      content: contentOf(answers, components),
    },
  }
}

function contentOf(answers: readonly Answer<unknown>[], components: Components): JsonSchema {
  const [{ as = 'envelope' } = { as: undefined }] = answers
  const data = oneOf(answers.map((answer) => hoist(answer.data, components)))
  switch (as) {
    case 'envelope':
      return {
        'application/json': {
          schema: envelopeOf(
            data,
            answers.some((one) => one.mayBePartial),
          ),
        },
      }
    case 'document':
      return { 'application/json': { schema: data } }
    case 'events':
      return { 'text/event-stream': { schema: data } }
    case 'text':
      return { 'text/plain': { schema: data } }
    case 'html':
      return { 'text/html': { schema: data } }
  }
}

function envelopeOf(data: JsonSchema, mayBePartial: boolean): JsonSchema {
  const whole = envelope({ success: { const: true }, data }, ['success', 'data'])
  if (!mayBePartial) return whole
  const text = { type: 'string' }
  const partial = envelope(
    { success: { const: false }, code: { const: 'partial' }, error: text, requestId: text, data },
    ['success', 'code', 'error', 'requestId', 'data'],
  )
  return { oneOf: [whole, partial] }
}

function envelope(properties: JsonSchema, required: string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false }
}

function oneOf(schemas: JsonSchema[]): JsonSchema {
  const [first = {}, ...others] = schemas
  return others.length === 0 ? first : { anyOf: schemas }
}

function refusalsOf(call: Call): JsonSchema {
  return Object.fromEntries(
    [...failuresOf(call)]
      .sort(([one], [other]) => one - other)
      .map(([status, codes]) => [
        status,
        {
          description: `${STATUS_CODES[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
          ...headersOf(call, status),
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
        },
      ]),
  )
}
