import { confirmPassword, type PasswordRefusal } from '@/lib/accounts'
import type { SignedIn } from '@/app/web/require-principal'
import { nameOf, refuseForm } from './form-refusal'

/**
 * Asks for the password again before the work, so that a session left open, or stolen, can neither change how its account
 * signs in nor let anybody else in for good.
 */
export function withPassword<Done>(form: URLSearchParams, work: (signedIn: SignedIn) => Promise<Done>) {
  return async (signedIn: SignedIn) => {
    const { principal, audit } = signedIn
    const given = { accountId: principal.accountId, password: form.get('password') ?? '' }
    const confirmed = await confirmPassword(given, audit)
    return confirmed.ok ? work(signedIn) : confirmed
  }
}

export const wrongPassword = 'The password is wrong.'

/** @param seconds until the next attempt counts */
export function tooManyAttempts(seconds: number): string {
  return `Too many attempts. Try again in ${seconds} seconds.`
}

export function isPasswordRefusal(refusal: { ok: false; code: string }): refusal is PasswordRefusal {
  return refusal.code === 'wrong_password' || refusal.code === 'too_many_attempts'
}

/** Says why an owner's form did nothing: its password did not count. */
export function refusePassword(form: URLSearchParams, refusal: PasswordRefusal) {
  switch (refusal.code) {
    case 'wrong_password':
      return refuseForm(form, wrongPassword, { status: 422, fieldId: `${nameOf(form)}-password` })
    case 'too_many_attempts': {
      const { retryAfterSeconds } = refusal
      const headers = { 'Retry-After': String(retryAfterSeconds) }
      return refuseForm(form, tooManyAttempts(retryAfterSeconds), { status: 429, headers })
    }
  }
}
