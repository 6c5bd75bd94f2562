import { createServer, type Server } from 'node:http'
import { log } from '@/lib/log'
import { readMetrics } from './metrics'

/** Serves the figures on the loopback address, to whoever is on this machine: no token is needed there. */
export function startOperatorServer(port: number): Promise<Server> {
  const server = createServer((request, response) => {
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
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
