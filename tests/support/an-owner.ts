import type { SignedIn } from '@/app/web/require-principal'
import { authenticateSession } from '@/lib/accounts'
import { anAccount, enter, type TestAccount, tokenOf } from './accounts'

/** An owner who has signed in: a new one, unless it is told which. */
export async function anOwner(account?: TestAccount): Promise<SignedIn> {
  const session = await authenticateSession(await tokenOf(enter(account ?? (await anAccount('owner')))))
  if (session?.principal.kind !== 'admin') throw new Error('nobody is signed in')
  return { principal: session.principal, session, audit: { actor: session.principal } }
}
