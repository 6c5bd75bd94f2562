import { spawn } from 'node:child_process'
import { withOwnCluster } from './command/on-own-cluster'
import { root } from './root'

/**
 * `npm run db:types`: writes what the migrations make of an empty database to `db/types.generated.ts`. A test
 * holds `db/schema.ts` and its tables against that file. Works on a cluster of its own, so that no local data can leak in.
 */
await withOwnCluster('none', ({ ownerUrl }) =>
  spawn('kysely-codegen', ['--config-file', 'db/codegen.json', '--url', ownerUrl], {
    cwd: root,
    stdio: 'inherit',
  }),
)
