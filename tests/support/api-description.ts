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
  responses: Record<string, { content?: Record<string, unknown> }>
}

export interface Given {
  status: number
  contentType: string
  body: unknown
}

/** Holds answers against a description. */
export interface Judge {
  /** @returns what is wrong with an answer; empty when it is as described */
  faults: (path: string, method: string, given: Given) => string[]
}

export function judgeBy(document: ApiDocument): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats(ajv)
  ajv.addSchema(document, 'api')
  return {
    faults(path, method, { status, contentType, body }) {
      const response = document.paths[path]?.[method]?.responses[status]
      if (!response) return [`${status} is not described`]
      const type = Object.keys(response.content ?? {}).find((one) => contentType.startsWith(one))
      if (!type) return [`${contentType} is not described for ${status}`]
      if (type !== 'application/json') return []
      const pointer = ['paths', path, method, 'responses', String(status), 'content', type, 'schema']
      const validate = ajv.compile({ $ref: `api#/${pointer.map(escaped).join('/')}` })
      return validate(body)
        ? []
        : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
    },
  }
}

/** A part of a JSON pointer within a URI (RFC 6901, section 6). */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
