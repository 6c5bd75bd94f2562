import type { IncomingMessage, ServerResponse } from 'node:http'
import { send } from '../http-exchange'
import { StripeError } from '../stripe/error'
import { commandArguments, isCommand } from './arguments'
import type { StripeStandInControl } from './control'

export const CONTROL_PATH = '/_stand-in/'

/** Answers `POST /_stand-in/<command>`. A page in a browser cannot send it: it needs the JSON content type. */
export async function handleControl(
  control: StripeStandInControl,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const name = url.pathname.slice(CONTROL_PATH.length)
  if (request.method === 'GET' && name === '') return sendJson(response, 200, { ok: true })
  if (!isCommand(name)) return fail(response, 404, `There is no command ${name}`)
  if (request.method !== 'POST') return fail(response, 405, 'Commands are sent by POST')
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return fail(response, 415, 'Commands need the content type application/json')
  }
  try {
    const given = commandArguments[name].safeParse(argumentsOf(body))
    if (!given.success) return fail(response, 400, given.error.message)
    // The table ties each name to its arguments; TypeScript cannot follow that through a union of names.
    const command = control[name] as (...args: readonly unknown[]) => Promise<unknown>
    sendJson(response, 200, { result: (await command(...given.data)) ?? null })
  } catch (error) {
    const status = error instanceof StripeError ? error.status : 400
    fail(response, status, error instanceof Error ? error.message : String(error))
  }
}

/** JSON has no undefined: an argument that was left out in the middle arrives as null. */
function argumentsOf(body: string): unknown {
  const list: unknown = body === '' ? [] : JSON.parse(body)
  return Array.isArray(list) ? list.map((argument: unknown) => argument ?? undefined) : list
}

function fail(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { error: { message } })
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, JSON.stringify(value), { 'content-type': 'application/json' })
}
