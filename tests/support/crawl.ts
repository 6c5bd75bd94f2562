/** One request that a visitor may make. */
export interface VisitorRequest {
  path: string
  /** Default GET. */
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** What came back, as bytes: status, headers and body, without what is new in every answer. */
export type Answers = ReadonlyMap<string, string>

/**
 * Makes the given requests, follows every link, form, script and style that the answers name on the same origin, and
 * asks for every page's loader data and every script's source map too.
 *
 * @returns the answers by method, path and body
 */
export async function crawl(origin: string, starts: readonly VisitorRequest[]): Promise<Answers> {
  const answers = new Map<string, string>()
  const waiting = [...starts]
  const next = async () => {
    for (let request = waiting.shift(); request; request = waiting.shift()) {
      const name = nameOf(request)
      if (answers.has(name)) continue
      answers.set(name, '')
      const { bytes, links } = await ask(origin, request)
      answers.set(name, bytes)
      const { cookie } = request.headers ?? {}
      waiting.push(...links.map((path) => ({ path, ...(cookie && { headers: { cookie } }) })))
    }
  }
  await next()
  return answers
}

function nameOf({ method = 'GET', path, headers = {}, body = '' }: VisitorRequest): string {
  return [method, path, headers.cookie ? 'as a known visitor' : '', body].join(' ').trim()
}

async function ask(origin: string, { path, ...init }: VisitorRequest) {
  const response = await fetch(origin + path, {
    ...init,
    redirect: 'manual',
    headers: { 'accept-encoding': 'identity', ...init.headers },
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const body = isStream ? await firstEvent(response) : await response.text()
  return { bytes: withoutNews(response, body), links: linksIn(response, path, body) }
}

/** Leaves out the time, how long a hold still lasts, and what is random: request id, nonce, visitor's token, a wait. */
function withoutNews({ status, headers }: Response, body: string): string {
  const shown = [...headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`)
  const nonce = /'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '')?.[1]
  const requestId = headers.get('x-request-id')
  const news = [nonce, requestId].flatMap((value) => value ?? [])
  const text = [status, ...shown, '', body]
    .join('\n')
    .replaceAll(/\bvisitor=[^;]+/g, 'visitor=(new)')
    .replaceAll(/(secondsLeft\\*",)\d+/g, '$1(new)')
    .replaceAll(/^retry: \d+/gm, 'retry: (new)')
  return news.reduce((left, value) => left.replaceAll(value, '(new)'), text)
}

function linksIn({ headers }: Response, path: string, body: string): string[] {
  const type = headers.get('content-type') ?? ''
  const named = /html|javascript/.test(type) ? body : ''
  const links = [...named.matchAll(/(?:href|src|action)="(\/[^"]*)"|"(\/assets\/[^"]+)"/g)]
    .flatMap(([, attribute, asset]) => attribute ?? asset ?? [])
    .map((link) => link.replaceAll('&amp;', '&'))
    .filter((link) => !link.startsWith('//'))
  const location = headers.get('location')
  if (location?.startsWith('/')) links.push(location)
  if (type.startsWith('text/html')) links.push(dataOf(path))
  if (/javascript|css/.test(type)) links.push(`${path}.map`)
  return links
}

/** Where Remix gives a page's loader data by itself. */
function dataOf(path: string): string {
  const { pathname, search } = new URL(path, 'http://shop')
  return (pathname === '/' ? '/_root.data' : `${pathname.replace(/\/$/, '')}.data`) + search
}

async function firstEvent(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!/^data: .*\n\n/m.test(text)) {
    const part = await reader?.read()
    if (!part || part.done) break
    text += part.value
  }
  await reader?.cancel()
  return text
}
