import { z } from 'zod'
import { findSession, type NewSession } from '@/lib/accounts/sessions'
import type { RepeatableRequest } from '@/lib/idempotency/idempotency'
import { sessionCookie } from '@/app/web/session-cookie'
import { beginForm } from './begin-form'

/** The session that goes on in this browser after a form that ended the one it came by, in plain JSON. */
export interface KeptSession {
  token: string
  /** As JSON writes a date. */
  expiresAt: string
}

/** A new session in the form in which it can be told again. */
export function kept({ token, expiresAt }: NewSession): KeptSession {
  return { token, expiresAt: expiresAt.toISOString() }
}

/** The `Set-Cookie` that lets a browser go on with it. */
export function keptCookie({ token, expiresAt }: KeptSession): string {
  return sessionCookie({ token, expiresAt: new Date(expiresAt) })
}

/** What the first press of a form came to. */
export interface ToldAgain {
  /** Of the session that it began. */
  token: string
  /** As it was stored, with that session as `session`. */
  value: unknown
}

/**
 * What the first press of a form came to, for a second one whose session that first press has ended. Its browser may have
 * dropped the first answer, and the new session with it.
 *
 * @returns undefined where there was no first press, or the session that it began has ended as well
 */
export async function toldAgain(request: RepeatableRequest | null): Promise<ToldAgain | undefined> {
  const begun = request && (await beginForm(request))
  if (begun?.state === 'run') await begun.run.giveUp()
  if (begun?.state !== 'answered') return undefined
  const value: unknown = JSON.parse(begun.answer)
  const token = withSession.safeParse(value).data?.session.token
  return token !== undefined && (await findSession(token)) ? { token, value } : undefined
}

const withSession = z.object({ session: z.object({ token: z.string() }) })
