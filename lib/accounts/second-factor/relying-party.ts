import { config } from '@/lib/config'

/** The site that passkeys are made for. Browsers want a host name, `localhost` included, and no IP address. */
export function relyingParty(): { id: string; origin: string; name: string } {
  const { hostname, origin } = new URL(config().publicUrl)
  return { id: hostname, origin, name: '6FB Workshops' }
}
