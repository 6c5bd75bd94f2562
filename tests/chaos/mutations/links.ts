import type { Mutation } from './mutation'

export const linksMutations: Mutation[] = [
  {
    name: 'a private link is revoked as often as it is asked for at once',
    edits: [{ file: 'lib/links/issue-link.ts', from: '            .forUpdate()\n', to: '' }],
    tests: ['tests/integration/links/issued-links.test.ts'],
  },
  {
    name: 'a private link is issued for an archived city',
    edits: [
      {
        file: 'lib/links/issue-link.ts',
        from: "    .where('cities.archived_at', 'is', null)\n",
        to: '',
      },
    ],
    tests: ['tests/integration/links/issued-links.test.ts'],
  },
]
