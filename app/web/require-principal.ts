import { redirect } from '@remix-run/node'
import { type AuditContext, recordAudit } from '@/lib/accounts/audit-log'
import { may, type Deed, type Principal } from '@/lib/accounts/principal'
import { type CurrentSession, findJustEnded, type JustEnded } from '@/lib/accounts/sessions'
import { database } from '@/lib/database'
import { notAllowed } from './not-allowed'
import { auditContextOf, type RequestContext } from './request-context'

/** The admin who is signed in, as a page's loader or action needs it. */
export interface SignedIn {
  principal: Extract<Principal, { kind: 'admin' }>
  session: CurrentSession
  /** The audit log's context for everything that this request does. */
  audit: AuditContext
}

/**
 * Lets an admin who may do such a thing go on. All others are sent to the sign-in, or get the error page. API tokens do
 * not count: pages are for people.
 *
 * @throws Response 302 or 303 to the sign-in, or 403, which is recorded where something would have changed
 * @example const { principal, audit } = await requirePrincipal(context, 'operate')
 */
export async function requirePrincipal(context: RequestContext, deed: Deed): Promise<SignedIn> {
  const session = await context.authentication.session()
  if (!session || session.principal.kind !== 'admin') throw await toSignIn(context, session)
  const { principal } = session
  const audit = auditContextOf(context, principal)
  if (may(principal, deed)) return { principal, session, audit }
  if (isChange(context)) {
    const target = pathOf(context)
    await recordAudit(database(), audit, {
      action: 'page.submit',
      target,
      outcome: 'refused',
      code: 'forbidden',
    })
  }
  throw notAllowed()
}

/** Only pages of the console: never an address that leads elsewhere. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/admin(?:[/?][\x21-\x5b\x5d-\x7e]*)?$/.test(next) ? next : '/admin'
}

/** Adds where to go on after the sign-in, unless it is the usual page. */
export function withNext(path: string, next: string): string {
  return next === '/admin' ? path : `${path}?${new URLSearchParams({ next }).toString()}`
}

/**
 * When the session had ended whose form then came. `before`: long ago, or it is unknown, so nothing was changed. `just`: so
 * shortly before that another press of the same button may have been what ended it.
 */
export const ends = ['before', 'just'] as const

/** The sign-in for an admin whose session has ended before their form came: it says what that means for the form. */
export function afterTheEnd(next: string, ended: (typeof ends)[number]): string {
  return `/sign-in?${new URLSearchParams({ ended, ...(next !== '/admin' && { next }) }).toString()}`
}

/** The session of the request's cookie, if somebody ended it a moment ago. */
export async function justEnded({
  authentication: { sessionToken },
}: Pick<RequestContext, 'authentication'>): Promise<JustEnded | undefined> {
  return sessionToken === undefined ? undefined : findJustEnded(sessionToken)
}

async function toSignIn(context: RequestContext, session: CurrentSession | undefined): Promise<Response> {
  const page = session ? '/sign-in/second-factor' : '/sign-in'
  const next = safeNext(pathOf(context))
  if (!isChange(context)) return redirect(withNext(page, next))
  // A form is sent to the address of its own page.
  if (session) return redirect(withNext(page, next), 303)
  return redirect(afterTheEnd(next, (await justEnded(context)) ? 'just' : 'before'), 303)
}

function isChange({ method }: RequestContext): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

/** The page, also when only its data was asked for. */
function pathOf({ path }: RequestContext): string {
  return path.replace(/\.data(?=\?|$)/, '').replace(/[?&]_routes=[^&]*/, '')
}
