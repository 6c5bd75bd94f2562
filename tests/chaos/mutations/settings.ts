import type { Mutation } from './mutation'

export const settingsMutations: Mutation[] = [
  {
    name: 'a setting that is saved is written to all rows of settings',
    edits: [
      {
        file: 'lib/settings.ts',
        from: "      updated_by: describeActor(actor).label,\n    })\n    .where('key', '=', key)\n",
        to: '      updated_by: describeActor(actor).label,\n    })\n',
      },
    ],
    tests: ['tests/integration/settings.test.ts'],
  },
  {
    name: 'two who save a setting at once do not take turns',
    edits: [{ file: 'lib/settings.ts', from: '.forUpdate()', to: '' }],
    tests: ['tests/integration/settings.test.ts'],
  },
  {
    name: 'two who save the thresholds at once do not take turns',
    edits: [
      {
        file: 'lib/alerts/edit-thresholds.ts',
        from: "await sql`select pg_advisory_xact_lock(hashtextextended('alert thresholds', 0))`.execute(trx)",
        to: 'await sql`select 1`.execute(trx)',
      },
    ],
    tests: ['tests/integration/settings.test.ts'],
  },
]
