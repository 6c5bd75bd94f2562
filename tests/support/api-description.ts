import { Ajv2020 } from 'ajv/dist/2020'
import * as ajvFormats from 'ajv-formats'

// Its types and its module disagree about where the default export is.
const formats = ajvFormats.default as unknown as (ajv: Ajv2020) => void

/** An OpenAPI document, as far as tests read it. */
export interface ApiDocument {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

export interface Operation {
  operationId: string
  parameters: {
    name: string
    in: 'path' | 'query' | 'header'
    required?: boolean
    schema: { examples?: unknown[] }
  }[]
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> }
  responses: Record<string, { content?: Record<string, unknown>; headers?: Record<string, unknown> }>
}

export interface Given {
  status: number
  contentType: string
  headers: Headers
  body: unknown
}

/** Those that only some calls send, so that a client has to be told of them. */
const tellingHeaders = ['ETag', 'Idempotency-Replayed', 'Retry-After']

/** Holds answers against a description. */
export interface Judge {
  /** @returns what is wrong with an answer; empty when it is as described */
  faults: (path: string, method: string, given: Given) => string[]
  /** Whether a parameter of an address may have this value. */
  takes: (path: string, method: string, parameter: string, value: string) => boolean
}

export function judgeBy(document: ApiDocument): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats(ajv)
  ajv.addSchema(document, 'api')
  return {
    faults(path, method, { status, contentType, headers, body }) {
      const response = document.paths[path]?.[method]?.responses[status]
      if (!response) return [`${status} is not described`]
      const untold = tellingHeaders.filter((name) => headers.has(name) && !(name in (response.headers ?? {})))
      if (untold.length > 0) return [`${untold.join(', ')} of ${status} is not described`]
      if (!response.content) return body === '' ? [] : [`${status} is described without a body`]
      const type = Object.keys(response.content ?? {}).find((one) => contentType.startsWith(one))
      if (!type) return [`${contentType} is not described for ${status}`]
      if (type !== 'application/json') return []
      const pointer = ['paths', path, method, 'responses', String(status), 'content', type, 'schema']
      const validate = ajv.compile({ $ref: `api#/${pointer.map(escaped).join('/')}` })
      return validate(body)
        ? []
        : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
    },
    takes(path, method, parameter, value) {
      const parameters = document.paths[path]?.[method]?.parameters ?? []
      const at = parameters.findIndex(({ name }) => name === parameter)
      if (at < 0) throw new Error(`${parameter} is not described`)
      const pointer = ['paths', path, method, 'parameters', String(at), 'schema']
      return ajv.compile({ $ref: `api#/${pointer.map(escaped).join('/')}` })(value)
    },
  }
}

/** A part of a JSON pointer within a URI (RFC 6901, section 6). */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
