import { randomUUID } from 'node:crypto'
import {
  createAccount,
  signIn,
  type Client,
  type NewSession,
  type Role,
  type SignInResult,
} from '@/lib/accounts'
import type { AuditContext } from '@/lib/accounts/audit-log'
import type { OwnChange } from '@/lib/accounts/own-change'
import { createSession } from '@/lib/accounts/sessions'
import { database } from '@/lib/database'

/** Stories about accounts. */

export const somebody: AuditContext = { actor: { kind: 'system', name: 'tests' } }

export interface TestAccount {
  id: string
  email: string
  password: string
}

export async function anAccount(role: Role = 'operator'): Promise<TestAccount> {
  const email = `${randomUUID()}@example.com`
  const made = await createAccount({ email, role }, somebody)
  if (!made.ok) throw new Error(made.code)
  return { id: made.value.id, email, password: made.value.password ?? '' }
}

/** A browser at an address that nobody else uses. */
export function aClient(address = `10.${octet()}.${octet()}.${octet()}`): Client {
  return { address, userAgent: 'Tests/1.0' }
}

/** Signs in; the account's owner and a fresh address unless told otherwise. */
export async function enter(
  { email, password }: { email: string; password: string },
  client = aClient(),
): Promise<SignInResult> {
  return signIn({ email, password, client })
}

/** The session's token of a sign-in that has to succeed. */
export async function tokenOf(result: Promise<SignInResult>): Promise<string> {
  const found = await result
  if (!found.ok) throw new Error(found.code)
  return found.session.token
}

/** A session of somebody whose sign-in is complete, whatever it takes. */
export async function aSession({ id: accountId }: { id: string }, client = aClient()): Promise<NewSession> {
  return database()
    .transaction()
    .execute((trx) => createSession(trx, { accountId, stage: 'full', client }))
}

/** Somebody who is signed in, and may change how the account signs in. */
export async function signedIn(account: { id: string }, client = aClient()): Promise<OwnChange> {
  const session = await aSession(account, client)
  return { accountId: account.id, sessionId: session.id, client }
}

function octet(): number {
  return Math.floor(Math.random() * 256)
}
