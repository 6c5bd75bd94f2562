/** A shop that says nothing for so long counts as out of reach. */
const patienceMs = 10_000

/**
 * Whether the web process answers this browser now; nothing is thrown, and nothing is shown. A page that has something
 * to lose asks first: what it loads in vain takes its place as an error.
 */
export async function canReachShop(): Promise<boolean> {
  try {
    const { status } = await fetch('/healthz', {
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    })
    // A proxy may keep this address to itself; what it says of a web process that is away is a 5xx.
    return status < 500
  } catch {
    return false
  }
}
