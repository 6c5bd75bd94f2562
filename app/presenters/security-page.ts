import { formatExactly } from '@/app/format/dates'
import type { SignedIn } from '@/app/web/require-principal'
import { getAccount, listSessions, secondFactorsOf } from '@/lib/accounts'
import { presentSessions } from './console/sessions'

/** An account's security page. */
export async function presentSecurity({ principal, session }: SignedIn) {
  const [account, factors, sessions] = await Promise.all([
    getAccount(principal.accountId),
    secondFactorsOf(principal.accountId),
    listSessions(principal.accountId),
  ])
  const { totp, passkeys, recoveryCodesLeft } = factors
  const hasFactor = totp === 'confirmed' || passkeys.length > 0
  return {
    email: principal.email,
    factors: [
      {
        to: '/admin/security/password',
        name: 'Password',
        state: account ? `Set ${formatExactly(account.passwordChangedAt, 'UTC')}` : 'Set',
      },
      {
        to: '/admin/security/authenticator',
        name: 'Authenticator app',
        state: totp === 'confirmed' ? 'On' : 'Off',
      },
      {
        to: '/admin/security/passkeys',
        name: 'Passkeys',
        state: passkeys.length === 0 ? 'None' : String(passkeys.length),
      },
      ...(hasFactor
        ? [
            {
              to: '/admin/security/recovery-codes',
              name: 'Recovery codes',
              state: `${recoveryCodesLeft} left`,
            },
          ]
        : []),
    ],
    sessions: presentSessions(sessions, session),
  }
}
