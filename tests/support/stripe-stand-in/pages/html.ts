import { formatMoney } from '@/lib/money'

/** HTML that is safe to send: made by {@link html} only. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | Html[] | number | string | null

/** A template tag that escapes everything but {@link Html}. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, string, index) => text + asText(parts[index - 1] ?? null) + string))
}

/** A whole page, without scripts. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <p class="note">Test payment page – no real money</p>
          ${content}
        </main>
      </body>
    </html>`.text
}

/** The currency's smallest units as money, such as `$1,000`. */
export function money(amount: number, currency: string | null): string {
  return formatMoney(amount, currency ?? 'usd')
}

const STYLE = new Html(`
  body { margin: 0; background: #f4f4f1; color: #1c1c1a; font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border-radius: 8px; }
  h1 { font-size: 1.4rem; }
  .note { margin: 0 0 1rem; padding: .5rem .75rem; background: #fff3c4; border-radius: 4px; font-weight: 600; }
  .error { padding: .5rem .75rem; background: #fde4e1; color: #7a1208; border-radius: 4px; }
  dl { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; }
  dd { margin: 0; text-align: right; }
  label { display: block; margin: .75rem 0 .25rem; font-weight: 600; }
  input { width: 100%; box-sizing: border-box; padding: .5rem; font: inherit; border: 1px solid #6b6b66; border-radius: 4px; }
  button { width: 100%; margin-top: .75rem; padding: .6rem; font: inherit; background: #fff; color: inherit; border: 1px solid #6b6b66; border-radius: 4px; cursor: pointer; }
  button.main { background: #1c3fb5; border-color: #1c3fb5; color: #fff; font-weight: 600; }
  table { width: 100%; border-collapse: collapse; }
  th, td { padding: .25rem .5rem .25rem 0; text-align: left; }
`)

function asText(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map((item) => item.text).join('')
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
