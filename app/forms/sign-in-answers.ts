import { data } from '@remix-run/node'
import type { FormProblem } from '@/app/components/error-summary'

/** What a form of the sign-in shows when it was of no use. */
export interface SignInRefusal {
  problems: FormProblem[]
  /** To be shown again; never a password or a code. */
  email: string
}

/** The answer to a form of the sign-in that was of no use. */
export function refuseSignIn(problems: FormProblem[], email: string | null = null) {
  return data<SignInRefusal>({ problems, email: shownAgain(email) }, { status: 422 })
}

/** @param seconds until the next attempt counts */
export function tooMany(seconds: number, email: string | null = null) {
  const wait = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return data<SignInRefusal>(
    { problems: [{ message: `Too many attempts. Try again in ${wait}.` }], email: shownAgain(email) },
    { status: 429, headers: { 'Retry-After': String(seconds) } },
  )
}

function shownAgain(email: string | null): string {
  return email?.slice(0, 255) ?? ''
}
