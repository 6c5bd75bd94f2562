import type { Mutation } from './mutation'

const secondFactor = 'tests/integration/accounts/second-factor.test.ts'
const passkeys = 'tests/integration/accounts/passkeys.test.ts'

export const accountsMutations: Mutation[] = [
  {
    name: 'one token that is used passes for the use of all',
    edits: [
      {
        file: 'lib/accounts/tokens/authenticate-bearer.ts',
        from: "    .where('id', '=', id)\n",
        to: '',
      },
    ],
    tests: ['tests/integration/accounts/tokens.test.ts'],
  },
  {
    name: 'a token is revoked as often as it is asked for at once',
    edits: [{ file: 'lib/accounts/tokens/tokens.ts', from: '          .forUpdate()\n', to: '' }],
    tests: ['tests/integration/accounts/tokens.test.ts'],
  },
  {
    name: 'a recovery code of one account passes for one of any',
    edits: [
      {
        file: 'lib/accounts/second-factor/recovery-codes.ts',
        from: "    .where('account_id', '=', accountId)\n    .where('code_hash'",
        to: "    .where('code_hash'",
      },
    ],
    tests: [secondFactor],
  },
  {
    name: 'new recovery codes of one account end those of all',
    edits: [
      {
        file: 'lib/accounts/second-factor/recovery-codes.ts',
        from: "deleteFrom('admin_recovery_codes').where('account_id', '=', accountId)",
        to: "deleteFrom('admin_recovery_codes')",
      },
    ],
    tests: [secondFactor],
  },
  {
    name: 'an authenticator app lets somebody in before it is confirmed',
    edits: [
      {
        file: 'lib/accounts/second-factor/totp.ts',
        from: "    .where('confirmed_at', state === 'begun' ? 'is' : 'is not', null)\n",
        to: '',
      },
    ],
    tests: [secondFactor],
  },
  {
    name: 'whoever resets the second factor of one account resets those of all',
    edits: [
      {
        file: 'lib/accounts/second-factor/remove.ts',
        from: "deleteFrom('admin_totp').where('account_id', '=', accountId).execute()",
        to: "deleteFrom('admin_totp').execute()",
      },
    ],
    tests: [secondFactor],
  },
  {
    name: 'a replaced password comes back with the hash that a sign-in makes anew',
    edits: [
      {
        file: 'lib/accounts/sign-in/sign-in.ts',
        from: "    .where('password_hash', '=', outdated)\n",
        to: '',
      },
    ],
    tests: ['tests/integration/accounts/sign-in.test.ts'],
  },
  {
    name: 'a passkey answers any challenge, as one that was caught earlier would',
    edits: [
      {
        file: 'lib/accounts/second-factor/passkey-check.ts',
        from: '      expectedChallenge,\n',
        to: '      expectedChallenge: () => true,\n',
      },
    ],
    tests: [passkeys],
  },
  {
    name: 'passkeys are tried without a limit',
    edits: [
      {
        file: 'lib/accounts/sign-in/passkey-sign-in.ts',
        from: '  if (refusal) return refusal\n',
        to: '',
      },
    ],
    tests: [passkeys],
  },
  {
    name: 'a session is good though its account is disabled',
    edits: [
      { file: 'lib/accounts/sessions.ts', from: "    .where('account.disabled_at', 'is', null)\n", to: '' },
    ],
    tests: ['tests/integration/accounts/sessions.test.ts'],
  },
  {
    name: 'a passkey outlives the reset of all second factors of its account',
    edits: [
      {
        file: 'lib/accounts/second-factor/remove.ts',
        from: "    await trx.deleteFrom('admin_passkeys').where('account_id', '=', accountId).execute()\n",
        to: '',
      },
    ],
    tests: [secondFactor],
  },
  {
    name: 'whoever has the password may guess codes anew from each address',
    edits: [
      {
        file: 'lib/accounts/sign-in/known-address.ts',
        from: " and session.stage = 'full'",
        to: '',
      },
    ],
    tests: [secondFactor],
  },
]
