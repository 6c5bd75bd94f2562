import { createHash } from 'node:crypto'
import { callGroups } from './catalog'
import { type Audience, operationOf } from './openapi-operation'
import { failureSchema, hoist, type JsonSchema } from './openapi-schema'

export interface Description {
  json: string
  etag: string
}

const made = new Map<string, Description>()

/** The OpenAPI 3.1 document, generated from the descriptions that the endpoints are checked by. */
export function describeApi(audience: Audience, publicUrl: string): Description {
  const name = `${audience} ${publicUrl}`
  const known = made.get(name)
  if (known) return known
  const json = JSON.stringify(documentOf(audience, publicUrl))
  const etag = `W/"${createHash('sha256').update(json).digest('base64url').slice(0, 16)}"`
  made.set(name, { json, etag })
  return { json, etag }
}

function documentOf(audience: Audience, publicUrl: string): Record<string, unknown> {
  const components: Record<string, JsonSchema> = {}
  components.Failure = hoist(failureSchema, components)
  const paths: Record<string, Record<string, unknown>> = {}
  const tags: { name: string }[] = []
  for (const { name, calls } of callGroups) {
    const shown = calls.filter((one) => audience === 'all' || one.who === 'anyone')
    if (shown.length > 0) tags.push({ name })
    for (const call of shown) {
      paths[call.path] = {
        ...paths[call.path],
        [call.method.toLowerCase()]: { tags: [name], ...operationOf(call, audience, components) },
      }
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: '6FB workshop inventory',
      version: '1',
      description: introduction,
    },
    servers: [{ url: publicUrl }],
    tags,
    paths,
    components: {
      schemas: components,
      ...(audience === 'all' && {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'An API token: read, operate or own.' },
        },
      }),
    },
  }
}

const introduction = [
  'Answers are JSON in an envelope: `success` with `data`, or `error`, `code` and `requestId`.',
  'Times are UTC. Ids are texts whose form means nothing.',
  'An address refuses other methods than those described with 405, and names them in `Allow`. What cannot be read as HTTP, or comes too slowly, is answered 400, 408 or 431 in the same envelope, and the connection is closed.',
  'After 429 and 503, and after a request with the same `Idempotency-Key` that is still being answered, `Retry-After` says when to come back.',
].join('\n\n')
