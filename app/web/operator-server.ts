import { createServer, type Server } from 'node:http'
import { log } from '@/lib/log'
import { readMetrics } from './metrics'

/** Serves the figures without asking for a token, so it may listen on the loopback address only. */
export function createOperatorServer(): Server {
  return createServer((request, response) => {
    const answer = async () => {
      if (request.method !== 'GET' || request.url !== '/metrics') return response.writeHead(404).end()
      const { contentType, text } = await readMetrics()
      return response.writeHead(200, { 'Content-Type': contentType }).end(text)
    }
    answer().catch((error: unknown) => {
      log().error({ err: error }, 'figures could not be read')
      response.writeHead(500).end()
    })
  })
}
