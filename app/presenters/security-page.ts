import { formatExactly } from '@/app/format/dates'
import type { SignedIn } from '@/app/web/require-principal'
import { getAccount, listSessions, secondFactorsOf } from '@/lib/accounts'

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
    sessions: sessions.map(({ id, address, userAgent, lastSeenAt }) => ({
      id,
      isThis: id === session.sessionId,
      device: deviceOf(userAgent),
      address,
      seen: formatExactly(lastSeenAt, 'UTC'),
    })),
  }
}

/** `Firefox on Windows`, as far as the browser says. */
export function deviceOf(userAgent: string): string {
  const first = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = first(browsers) ?? 'A browser'
  const system = first(systems)
  return system ? `${browser} on ${system}` : browser
}

// Browsers name the ones they descend from, too: the youngest first.
const browsers = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const

const systems = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const
