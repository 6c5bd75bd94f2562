/** A browser without scripts: it keeps cookies, sends forms, and tells where it is sent. */
export interface PlainBrowser {
  get: (path: string, headers?: Record<string, string>) => Promise<Page>
  post: (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Record<string, string>,
  ) => Promise<Page>
  cookie: (name: string) => string | undefined
  setCookie: (name: string, value: string) => void
}

export interface Page {
  status: number
  text: string
  /** Of a redirect, which is not followed. */
  location: string | null
  headers: Headers
}

export function aBrowser(origin: string): PlainBrowser {
  const jar = new Map<string, string>()
  async function visit(
    path: string,
    init: RequestInit & { headers?: Record<string, string> },
  ): Promise<Page> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(origin + path, {
      ...init,
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), ...init.headers },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const { status, headers } = response
    return { status, headers, location: headers.get('location'), text: await response.text() }
  }
  return {
    get: (path, headers) => visit(path, { headers }),
    post: (path, fields, headers) =>
      visit(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    cookie: (name) => jar.get(name),
    setCookie: (name, value) => void jar.set(name, value),
  }
}
