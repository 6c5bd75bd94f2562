import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startCluster } from '@/tests/support/cluster'
import { copyTemplate } from '@/tests/support/template'
import { root } from './root'

/**
 * `npm run db:types`: writes what the migrations make of an empty database to `db/types.generated.ts`. A test
 * holds `db/schema.ts` against that file. Works on a cluster of its own, so that no local data can leak in.
 */
const cluster = await startCluster('none')
try {
  const { ownerUrl } = await copyTemplate(cluster.address)
  const child = spawn('kysely-codegen', ['--config-file', 'db/codegen.json', '--url', ownerUrl], {
    cwd: root,
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await cluster.remove()
}
