import { z } from 'zod'
import { visitorCookie } from './visitor-cookie'

/**
 * Has the browser keep the private link by which a buyer came to a city's page, until the browser is closed. Stripe's
 * page leads back without the link: what we store of a checkout, and what Stripe is told, must not hold its secret.
 *
 * @returns a `Set-Cookie`
 */
export async function keepLink(cityId: string, token: string): Promise<string> {
  return cookie().serialize({ cityId, token })
}

/** The path of a city's page, by the private link that the browser keeps for that city, if it does. */
export async function cityPath(request: Request, cityId: string): Promise<string> {
  const parsed = keptSchema.safeParse(await cookie().parse(request.headers.get('cookie')))
  const link = parsed.success && parsed.data.cityId === cityId ? parsed.data.token : null
  return `/cities/${cityId}${link === null ? '' : `?${new URLSearchParams({ link }).toString()}`}`
}

const keptSchema = z.object({ cityId: z.string(), token: z.string() })

const cookie = visitorCookie('link')
