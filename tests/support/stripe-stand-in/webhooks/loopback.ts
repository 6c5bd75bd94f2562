const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** The URL again. @throws Error unless it is plain HTTP on this machine: the stand-in calls nobody else. */
export function loopbackUrl(url: string): string {
  const parsed = new URL(url)
  if (parsed.protocol !== 'http:' || !LOOPBACK.has(parsed.hostname)) {
    throw new Error(
      `The Stripe stand-in delivers to http on the loopback address only, not to ${parsed.host}`,
    )
  }
  return url
}
