import { config } from '@/lib/config'

/** The cookie that carries an admin session's token. The token is random and says nothing; the session is a row. */

/** @returns undefined when the header holds no token of the form of ours */
export function sessionToken(cookieHeader: string | null | undefined): string | undefined {
  if (!cookieHeader) return undefined
  const name = cookieName()
  for (const pair of cookieHeader.split(';')) {
    const at = pair.indexOf('=')
    if (pair.slice(0, at).trim() !== name) continue
    const value = pair.slice(at + 1).trim()
    return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
  }
  return undefined
}

/** The `Set-Cookie` that begins a session in the browser. */
export function sessionCookie({ token, expiresAt }: { token: string; expiresAt: Date }): string {
  return `${cookieName()}=${token}; ${attributes()}; Expires=${expiresAt.toUTCString()}`
}

/** The `Set-Cookie` that ends it. */
export function endedSessionCookie(): string {
  return `${cookieName()}=; ${attributes()}; Max-Age=0`
}

/** With the prefix, browsers take the cookie from this very host and over HTTPS only. */
function cookieName(): string {
  return config().mode === 'production' ? '__Host-session' : 'session'
}

function attributes(): string {
  // Lax: an admin who follows a link from an alert's mail must not have to sign in again.
  return `Path=/; HttpOnly; SameSite=Lax${config().mode === 'production' ? '; Secure' : ''}`
}
