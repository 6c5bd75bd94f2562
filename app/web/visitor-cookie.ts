import { createCookie } from '@remix-run/node'
import { config } from '@/lib/config'

/**
 * A signed cookie of a buyer's, which no script reads; made when it is first used, once the configuration is there.
 *
 * @param maxAge seconds; without it, until the browser is closed
 */
export function visitorCookie(name: string, { maxAge }: { maxAge?: number } = {}): () => Cookie {
  let made: Cookie | undefined
  return () => {
    const isProduction = config().mode === 'production'
    made ??= createCookie(isProduction ? `__Host-${name}` : name, {
      httpOnly: true,
      // Lax, not Strict: the buyer comes back from Stripe's page by a link.
      sameSite: 'lax',
      secure: isProduction,
      path: '/',
      ...(maxAge !== undefined && { maxAge }),
      secrets: [config().sessionSecret],
    })
    return made
  }
}

type Cookie = ReturnType<typeof createCookie>
