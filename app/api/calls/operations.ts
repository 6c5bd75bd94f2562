import { z } from 'zod'
import { describeCall } from '../describe'

export const readDescriptionCall = describeCall({
  id: 'readDescription',
  method: 'GET',
  path: '/api/openapi.json',
  summary: 'This description',
  description: 'The calls that anybody may make; all of them for somebody with a role.',
  who: 'anyone',
  isPublicRead: true,
  answer: {
    status: 200,
    description: 'An OpenAPI 3.1 document, without an envelope.',
    data: z.looseObject({ openapi: z.string() }),
    as: 'document',
  },
  examples: [{ summary: 'This description', status: 200 }],
})

export const readDocsCall = describeCall({
  id: 'readDocs',
  method: 'GET',
  path: '/api/docs',
  summary: 'This description, to read and try',
  who: 'anyone',
  answer: { status: 200, description: 'A page.', data: z.string(), as: 'html' },
  examples: [{ summary: 'The page', status: 200 }],
})

export const readMetricsCall = describeCall({
  id: 'readMetrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Figures of this process and of the shop, for Prometheus',
  who: 'see',
  answer: {
    status: 200,
    description: 'Prometheus text format.',
    data: z.string(),
    as: 'text',
  },
  examples: [{ summary: 'All figures', status: 200 }],
})

const part = z.boolean().describe('Whether it is as this process needs it.')

export const readHealthCall = describeCall({
  id: 'readHealth',
  method: 'GET',
  path: '/healthz',
  summary: 'Whether the process is alive',
  description: 'Says nothing about what it depends on.',
  who: 'anyone',
  isProbe: true,
  answer: { status: 200, description: 'It answers.', data: z.object({ status: z.literal('alive') }) },
  examples: [{ summary: 'Alive', status: 200 }],
})

export const readReadinessCall = describeCall({
  id: 'readReadiness',
  method: 'GET',
  path: '/readyz',
  summary: 'Whether the process can serve: database, schema and queue',
  description:
    'As it was half a second ago at most. 503 has the same parts in `data`, and says which is not there.',
  who: 'anyone',
  isProbe: true,
  answer: {
    status: 200,
    description: 'It can.',
    data: z.object({ status: z.literal('ready'), database: part, schema: part, queue: part }),
  },
  examples: [{ summary: 'Ready', status: 200 }],
})
