import { tooManyRequests } from '@/app/format/too-many-requests'

export interface RefusedRequest {
  method: string
  /** Seconds after which it may be tried again. */
  wait: number
  /** The address of the pages' style sheet, which is answered without being counted. */
  styleSheet: string | undefined
}

/** The page for a visitor who must wait: written without Remix, since whoever is turned away should cost little. */
export function tooManyRequestsPage({ method, wait, styleSheet }: RefusedRequest): string {
  const { title, text } = tooManyRequests
  const isRead = method === 'GET' || method === 'HEAD'
  // Those behind one address were all turned away, and must not all come back at once.
  const backIn = wait + Math.ceil(Math.random() * Math.min(wait, 10))
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    ${isRead ? `<meta http-equiv="refresh" content="${backIn}">` : ''}
    <title>${title} – 6FB Methodologies</title>
    ${styleSheet ? `<link rel="stylesheet" href="${styleSheet}">` : ''}
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  </head>
  <body>
    <header class="site-header">
      <div class="wrap">
        <a href="/" class="wordmark"><span class="wordmark__mark">6FB</span> Methodologies</a>
      </div>
    </header>
    <main class="site-main">
      <div class="wrap">
        <div class="stack stack--loose narrow">
          <div class="page-header">
            <h1>${title}</h1>
            <p class="page-header__lead">${text} ${isRead ? 'This page also comes back by itself.' : 'What you sent was not taken: go back and send it again.'}</p>
          </div>
          <div class="row"><a class="button button--primary" href="">Try again</a></div>
        </div>
      </div>
    </main>
  </body>
</html>
`
}
