import { redirect, type ActionFunctionArgs } from '@remix-run/node'
import { auditContextOf } from '@/app/web/request-context'
import { endedSessionCookie } from '@/app/web/session-cookie'
import { signOut } from '@/lib/accounts'

/** POST /sign-out: ends the session, here and on the server. */
export async function action({ context }: ActionFunctionArgs) {
  const session = await context.authentication.session()
  if (session) await signOut(session, auditContextOf(context, session.principal))
  return redirect('/sign-in', { status: 303, headers: { 'Set-Cookie': endedSessionCookie() } })
}
