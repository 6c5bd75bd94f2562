import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { log } from '@/lib/log'
import { failureText } from './envelope'

/** What Node's own parser refuses, or gives up waiting for, never becomes a request. Its sender hears why. */
export function refuseUnreadableRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = statuses[error.code ?? ''] ?? 400
  const requestId = randomUUID()
  log().debug({ requestId, code: error.code, status }, 'request not read')
  const body = failureText(requestId, {
    code: status === 431 ? 'too_large' : 'malformed',
    message: STATUS_CODES[status] ?? 'Bad Request',
  })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nX-Request-Id: ${requestId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

const statuses: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}
