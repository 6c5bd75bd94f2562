import type { SignedIn } from '@/app/web/require-principal'
import { authenticateSession } from '@/lib/accounts'
import { anAccount, enter, tokenOf } from './accounts'

/** A new owner who has signed in. */
export async function anOwner(): Promise<SignedIn> {
  const session = await authenticateSession(await tokenOf(enter(await anAccount('owner'))))
  if (session?.principal.kind !== 'admin') throw new Error('nobody is signed in')
  return { principal: session.principal, session, audit: { actor: session.principal } }
}
