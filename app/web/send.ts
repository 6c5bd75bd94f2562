import type { Response } from 'express'

/** Writes a short answer that was made outside Remix. */
export async function send(answer: globalThis.Response, response: Response): Promise<void> {
  response.status(answer.status)
  answer.headers.forEach((value, name) => response.setHeader(name, value))
  response.end(await answer.text())
}
