import interLatin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import type { HeadersFunction, LinksFunction } from '@remix-run/node'
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useMatches } from '@remix-run/react'
import type { ReactNode } from 'react'
import { ErrorPage } from './components/error-page'
import { useRenderContext } from './components/render-context'
import { SiteFrame } from './components/site-frame'
import { useFocusOnArrival } from './live/use-focus-on-arrival'
import { useReloadAfterBack } from './live/use-reload-after-back'
import styles from './styles/index.css?url'

export const links: LinksFunction = () => [
  { rel: 'preload', href: interLatin, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  { rel: 'stylesheet', href: styles },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
]

/**
 * A page holds a visitor's own seats, and "back" must not bring an old one: with less than `no-store`, browsers
 * show what they kept. An error's `Retry-After` and `Allow` go out with its page.
 */
export const headers: HeadersFunction = ({ errorHeaders }) => {
  const headers: Record<string, string> = { 'Cache-Control': 'private, no-store' }
  for (const name of ['Retry-After', 'Allow']) {
    const value = errorHeaders?.get(name)
    if (value) headers[name] = value
  }
  return headers
}

export function Layout({ children }: { children: ReactNode }) {
  const { nonce, supportEmail } = useRenderContext()
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="theme-color" content="#faf6ef" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#161310" media="(prefers-color-scheme: dark)" />
        <Meta />
        <Links />
      </head>
      <body data-support-email={supportEmail ?? undefined}>
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  )
}

export default function App() {
  useReloadAfterBack()
  useFocusOnArrival()
  // The console has a frame of its own.
  if (useMatches().some(({ id }) => id === 'routes/admin')) return <Outlet />
  return (
    <SiteFrame>
      <Outlet />
    </SiteFrame>
  )
}

export function ErrorBoundary() {
  useFocusOnArrival()
  return (
    <SiteFrame>
      <ErrorPage />
    </SiteFrame>
  )
}
