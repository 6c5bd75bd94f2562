/** What the headers depend on. */
export interface SecuritySettings {
  mode: 'local' | 'production'
  /** Other origins a form's redirect may lead to: the payment pages. */
  paymentOrigins: readonly string[]
  /** Vite's development server needs inline styles and a web socket. */
  isDevelopment?: boolean
}

/** The headers of an answer that may be a page. */
export function pageHeaders(settings: SecuritySettings, nonce: string): Record<string, string> {
  return { ...common(settings), 'Content-Security-Policy': contentSecurityPolicy(settings, nonce) }
}

/** The headers of an answer that never is a page: nothing in it may run or be loaded. */
export function apiHeaders(settings: SecuritySettings): Record<string, string> {
  return {
    ...common(settings),
    'Content-Security-Policy':
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  }
}

function common({ mode }: SecuritySettings): Record<string, string> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    // Not no-referrer: browsers would then send our own forms with `Origin: null`.
    // And asks-by-itself.ts reads where our own pages ask from.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    ...(mode === 'production' ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

function contentSecurityPolicy(settings: SecuritySettings, nonce: string): string {
  const { isDevelopment = false } = settings
  const directives: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", `'nonce-${nonce}'`],
    'style-src': isDevelopment ? ["'self'", "'unsafe-inline'"] : ["'self'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': isDevelopment ? ["'self'", 'ws:'] : ["'self'"],
    // Chromium applies this to the redirect that answers a form, too.
    'form-action': ["'self'", ...settings.paymentOrigins],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    ...(settings.mode === 'production' ? { 'upgrade-insecure-requests': [] } : {}),
  }
  return Object.entries(directives)
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ')
}
