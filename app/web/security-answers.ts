import { data, redirect } from '@remix-run/node'
import type { SignedIn } from './require-principal'
import { confirmPassword } from '@/lib/accounts'

/** What a form about an account's security shows when nothing was changed. */
export interface SecurityProblem {
  problem: string
}

export function refuseChange(problem: string, status = 422, headers: Record<string, string> = {}) {
  return data<SecurityProblem>({ problem }, { status, headers })
}

/**
 * Asks for the password again, so that a session left open, or stolen, cannot change how the account signs in.
 *
 * @returns the answer that refuses, or null when the password is right
 */
export async function refuseWithoutPassword({ principal, audit }: SignedIn, form: URLSearchParams) {
  const password = form.get('password') ?? ''
  const checked = await confirmPassword({ accountId: principal.accountId, password }, audit)
  if (checked.ok) return null
  return checked.code === 'wrong_password' ? refuseChange('The password is wrong.') : waitFirst(checked)
}

/** The session was ended, here or by an owner, while the change was on its way. */
export function signInAgain() {
  return redirect('/sign-in', 303)
}

export function waitFirst({ retryAfterSeconds }: { retryAfterSeconds: number }) {
  return refuseChange(`Too many attempts. Try again in ${retryAfterSeconds} seconds.`, 429, {
    'Retry-After': String(retryAfterSeconds),
  })
}
