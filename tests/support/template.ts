import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { ensureDatabase, type EmbeddedPostgres } from '@/db/embedded'
import { roleNames } from '@/db/embedded-roles'
import { release } from '@/lib/release'

/** What is needed to make databases in a cluster; plain data, so it can cross to another process. */
export interface ClusterAddress {
  /** Addresses without a database name, ending in a slash. */
  superuser: string
  owner: string
  app: string
}

export interface TestDatabase {
  name: string
  /** The role that owns the schema: may move the clock and change what the product may not. */
  ownerUrl: string
  /** The role that web and worker connect as. */
  appUrl: string
  /** Ends all its sessions and deletes it. */
  drop: () => Promise<void>
}

/** Makes the released database that all test databases are copies of, and closes it to connections. */
export async function createTemplate(server: EmbeddedPostgres): Promise<void> {
  await ensureDatabase(server, templateName)
  await release({ ownerUrl: server.url('owner', templateName), appUrl: server.url('app', templateName) })
  await asSuperuser(server.url('superuser', ''), async (client) => {
    // CREATE DATABASE fails while anybody is connected to its template.
    await client.query(`ALTER DATABASE ${templateName} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`)
  })
}

/** A released database of its own, in some tens of milliseconds. */
export async function copyTemplate(address: ClusterAddress): Promise<TestDatabase> {
  const database = newDatabase(address)
  await asSuperuser(address.superuser, async (client) => {
    // Two copies at once of one template fail with "source database is being accessed by other users".
    await client.query('SELECT pg_advisory_lock($1)', [templateLock])
    await client.query(`CREATE DATABASE ${database.name} TEMPLATE ${templateName} OWNER ${roleNames.owner}`)
  })
  return database
}

/** A database with nothing in it, as an operator makes it before the first release. */
export async function createEmptyDatabase(address: ClusterAddress): Promise<TestDatabase> {
  const database = newDatabase(address)
  await asSuperuser(address.superuser, async (client) => {
    await client.query(`CREATE DATABASE ${database.name} OWNER ${roleNames.owner}`)
  })
  return database
}

function newDatabase(address: ClusterAddress): TestDatabase {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  return {
    name,
    ownerUrl: address.owner + name,
    appUrl: address.app + name,
    drop: () =>
      asSuperuser(address.superuser, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      }),
  }
}

const templateName = 'template_sixfb'

/** Any constant that nothing else in the cluster locks. */
const templateLock = 6_300_001

async function asSuperuser(address: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: `${address}postgres` })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
