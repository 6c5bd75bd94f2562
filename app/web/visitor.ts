import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { visitorCookie } from './visitor-cookie'

/** A live hold belongs to whoever carries this token; nothing else about the visitor is kept. */
export interface Visitor {
  token: string
  /** Tells the browser to keep the token; null when it already does. */
  setCookie: string | null
}

/** The token of the request's cookie; null without one, or with one that we did not sign. */
export async function visitorToken(request: Request): Promise<string | null> {
  const value: unknown = await cookie().parse(request.headers.get('cookie'))
  const parsed = tokenSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/** The request's visitor, a new one if it has none. */
export async function visitorOf(request: Request): Promise<Visitor> {
  const known = await visitorToken(request)
  return known ? { token: known, setCookie: null } : renewedVisitor(request)
}

/** The same, whose cookie counts its time from now on: no seats that they take outlive the proof of whose they are. */
export async function renewedVisitor(request: Request): Promise<Visitor & { setCookie: string }> {
  const token = (await visitorToken(request)) ?? randomBytes(24).toString('base64url')
  return { token, setCookie: await cookie().serialize(token) }
}

const tokenSchema = z.string().regex(/^[A-Za-z0-9_-]{32}$/)
const thirtyDays = 30 * 24 * 60 * 60

const cookie = visitorCookie('visitor', { maxAge: thirtyDays })
