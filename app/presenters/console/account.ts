import { formatExactly } from '@/app/format/dates'
import type { SignedIn } from '@/app/web/require-principal'
import { getAccount, listSessions } from '@/lib/accounts'
import { countTokensMadeBy } from '@/lib/accounts/tokens'
import { presentSessions } from './sessions'

/** An admin's account as an owner manages it. */
export async function presentAccount(id: string, { session }: SignedIn) {
  const account = await getAccount(id)
  if (!account) return null
  const [sessions, goodTokens] = await Promise.all([
    listSessions(account.id),
    countTokensMadeBy(account.email),
  ])
  const { email, role, disabledAt, hasSecondFactor, createdAt } = account
  return {
    id: account.id,
    email,
    role,
    hasSecondFactor,
    isDisabled: disabledAt !== null,
    isSelf: account.id === session.accountId,
    created: formatExactly(createdAt, 'UTC'),
    /** That it made. */
    goodTokens,
    sessions: presentSessions(sessions, session),
  }
}

export type AccountModel = NonNullable<Awaited<ReturnType<typeof presentAccount>>>
