/** Reads server-sent events from a URL. */
export interface EventReader {
  /** The next event's data, parsed, with its id. */
  next: () => Promise<{ id: string; data: unknown }>
  headers: Headers
  /** All that has arrived so far, as it came. */
  raw: () => string
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>
  close: () => void
}

export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const controller = new AbortController()
  const response = await fetch(url, { headers, signal: controller.signal })
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status}`)
  let raw = ''
  let taken = 0
  let wake = () => {}
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const ended = (async () => {
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        raw += part.value
        wake()
      }
    } catch (error) {
      if (!controller.signal.aborted) throw error
    }
  })()
  const take = () => {
    const events = [...raw.matchAll(/^id: (.*)\ndata: (.*)\n\n/gm)]
    const [, id = '', data = ''] = events[taken] ?? []
    if (taken >= events.length) return undefined
    taken += 1
    return { id, data: JSON.parse(data) as unknown }
  }
  return {
    async next() {
      for (;;) {
        const event = take()
        if (event) return event
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    headers: response.headers,
    raw: () => raw,
    ended,
    close: () => controller.abort(),
  }
}
