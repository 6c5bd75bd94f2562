import { z } from 'zod'
import { type Tier, tiers } from '@/lib/tier'
import { visitorCookie } from './visitor-cookie'

/** Seats that a buyer has just given back, for the page of their city, which says so once. */
export interface GivenBack {
  cityId: string
  tier: Tier
  quantity: number
}

/** @returns a `Set-Cookie` that tells the page which comes next */
export async function noteGivenBack(givenBack: GivenBack): Promise<string> {
  return cookie().serialize(givenBack)
}

/** What was given back in this city just now, if anything was, and the `Set-Cookie` that makes sure it is said once. */
export async function takeGivenBack(
  request: Request,
  cityId: string,
): Promise<{ givenBack: GivenBack | null; setCookie: string | null }> {
  const parsed = schema.safeParse(await cookie().parse(request.headers.get('cookie')))
  if (!parsed.success || parsed.data.cityId !== cityId) return { givenBack: null, setCookie: null }
  return { givenBack: parsed.data, setCookie: await cookie().serialize('', { maxAge: 0 }) }
}

const schema = z.object({ cityId: z.string(), tier: z.enum(tiers), quantity: z.int().min(1) })

const cookie = visitorCookie('given-back', { maxAge: 60 })
