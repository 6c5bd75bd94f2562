import type { Response } from 'express'

/**
 * Makes signals for the end of an answer, from whichever side it comes. One listener serves all: `AbortSignal.any` keeps
 * every signal alive that it was given, and each new listener of a signal is compared with all that it has.
 *
 * @param stopping aborted when the process is stopping
 */
export function createEndSignals(stopping: AbortSignal): (response: Response) => AbortSignal {
  const open = new Set<AbortController>()
  stopping.addEventListener('abort', () => {
    for (const controller of [...open]) controller.abort()
  })
  return (response) => {
    const controller = new AbortController()
    open.add(controller)
    response.on('close', () => {
      open.delete(controller)
      controller.abort()
    })
    if (stopping.aborted) controller.abort()
    return controller.signal
  }
}
