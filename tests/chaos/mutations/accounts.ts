import type { Mutation } from './mutation'

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
]
