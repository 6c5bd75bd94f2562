import { redirect } from '@remix-run/node'
import { type ConfirmationRefusal, confirmPassword } from '@/lib/accounts'
import { afterTheEnd, type SignedIn } from '@/app/web/require-principal'
import { nameOf, refuseForm } from './form-refusal'

/**
 * Asks for the password again before the work. Whoever finds or steals a session can then neither change how its account
 * signs in, nor let anybody else in for good.
 */
export function withPassword<Done>(form: URLSearchParams, work: (signedIn: SignedIn) => Promise<Done>) {
  return async (signedIn: SignedIn) => {
    const { session, audit } = signedIn
    const { accountId, sessionId } = session
    const given = { accountId, sessionId, password: form.get('password') ?? '' }
    const confirmed = await confirmPassword(given, audit)
    return confirmed.ok ? work(signedIn) : confirmed
  }
}

export const passwordTexts = {
  no_password: 'Enter your password.',
  wrong_password: 'The password is wrong.',
} as const

/** @param seconds until the next attempt counts */
export function tooManyAttempts(seconds: number): string {
  return `Too many attempts. Try again in ${seconds} seconds.`
}

const confirmationCodes: readonly string[] = [
  'no_password',
  'wrong_password',
  'too_many_attempts',
  'session_ended',
] satisfies ConfirmationRefusal['code'][]

/** Whether a form was refused for its password, and not by what it asked for. */
export function isPasswordRefusal(refusal: { ok: false; code: string }): refusal is ConfirmationRefusal {
  return confirmationCodes.includes(refusal.code)
}

/**
 * Says why an owner's form did nothing: its password did not count.
 *
 * @param page the form's own, to come back to after a sign-in
 */
export function refusePassword(form: URLSearchParams, refusal: ConfirmationRefusal, page: string) {
  switch (refusal.code) {
    case 'no_password':
    case 'wrong_password':
      return refuseForm(form, passwordTexts[refusal.code], {
        status: 422,
        fieldId: `${nameOf(form)}-password`,
      })
    case 'too_many_attempts': {
      const { retryAfterSeconds } = refusal
      const headers = { 'Retry-After': String(retryAfterSeconds) }
      return refuseForm(form, tooManyAttempts(retryAfterSeconds), { status: 429, headers })
    }
    case 'session_ended':
      return redirect(afterTheEnd(page, 'just'), 303)
  }
}
