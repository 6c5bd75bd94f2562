import pg from 'pg'
import { type Cluster, type ClusterAddress, startCluster } from './cluster'
import {
  type ProcessEnvironment,
  startWeb,
  startWorker,
  stopAllProcesses,
  type RunningProcess,
  type RunningWeb,
} from './processes'
import { portToComeBackTo } from './port-to-come-back-to'
import { startStripeStandIn, type StripeStandIn } from './stripe-stand-in'
import { copyTemplate, type TestDatabase } from './template'

export interface ShopOptions {
  /** Default 1. */
  workers?: 1 | 2
  /** Variables of the web processes, on top of a sound environment. */
  web?: Record<string, string>
}

/** The whole product in its production build, with the Stripe stand-in: two web processes and a worker. */
export interface Shop {
  /** Of the first web process; webhooks arrive there. */
  origin: string
  /** Of the second one, which shares nothing with the first but the database. */
  otherOrigin: string
  webs: [RunningWeb, RunningWeb]
  /** The first of the workers. */
  worker: RunningProcess
  workers: RunningProcess[]
  standIn: StripeStandIn
  /** Of the PostgreSQL that its database is in. */
  cluster: ClusterAddress
  database: TestDatabase
  /** What its processes have in common, for one more that has variables of its own. */
  environment: ProcessEnvironment
  /** Runs SQL as the schema's owner, then tells the web processes to look again. */
  sql: (text: string, values?: unknown[]) => Promise<void>
  /** Asks the database as the schema's owner. */
  rows: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
  /** One more web process, on a port of the caller's choice. */
  startWeb: (port: number) => Promise<RunningWeb>
  /** One more worker. */
  startWorker: () => Promise<RunningProcess>
  close: () => Promise<void>
}

/** A shop with a PostgreSQL that nobody else uses. */
export interface ShopWithServer extends Shop {
  server: Cluster
}

/**
 * Starts a shop with a PostgreSQL of its own, for tests that stop it.
 *
 * @param durability tests that stop it in the middle of work need `full`
 */
export async function openShopWithServer({
  durability,
  ...options
}: ShopOptions & { durability: 'full' | 'none' }): Promise<ShopWithServer> {
  const server = await startCluster(durability)
  const shop = await openShopIn(server.address, options)
  if (durability === 'full') await checkpoint(server.address)
  return {
    ...shop,
    server,
    async close() {
      await shop.close()
      await server.remove()
    },
  }
}

/** Starts a shop with a database of its own. `close` ends all of it. */
export async function openShopIn(
  cluster: ClusterAddress,
  { workers = 1, web = {} }: ShopOptions = {},
): Promise<Shop> {
  const secret = 'whsec_shop'
  const [database, standIn] = await Promise.all([
    copyTemplate(cluster),
    startStripeStandIn({
      webhookSecret: secret,
      retryDelaysMs: [100, 200, 500, 1_000, 2_000, 5_000, 10_000],
    }),
  ])
  const environment = {
    DATABASE_URL: database.appUrl,
    STRIPE_API_BASE: standIn.url,
    STRIPE_WEBHOOK_SECRET: secret,
  }
  const ports = [await portToComeBackTo(), await portToComeBackTo()] as const
  const [first, second, worker, ...others] = await Promise.all([
    startWeb({ ...environment, ...web, PORT: String(ports[0]) }),
    startWeb({ ...environment, ...web, PORT: String(ports[1]) }),
    startWorker(environment),
    ...(workers === 2 ? [startWorker(environment)] : []),
  ])
  await standIn.control.setWebhooks({ urls: [`${first.origin}/api/webhooks/stripe`] })
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 })
  // A connection that a restart of PostgreSQL broke is replaced at its next use.
  owner.on('error', () => {})
  owner.on('connect', (client) => client.on('error', () => {}))
  return {
    origin: byName(first),
    otherOrigin: byName(second),
    webs: [first, second],
    worker,
    workers: [worker, ...others],
    standIn,
    cluster,
    database,
    environment,
    async sql(text, values) {
      const owner = new pg.Client({ connectionString: database.ownerUrl })
      // A connection that PostgreSQL ends fails its query; the 'error' beside it would end the test.
      owner.on('error', () => {})
      await owner.connect()
      try {
        await owner.query(text, values)
        await owner.query(`select pg_notify('stock_changed', '')`)
      } finally {
        await owner.end()
      }
    },
    rows: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await owner.query<Row>(text, values)).rows,
    startWeb: (port) => startWeb({ ...environment, ...web, PORT: String(port) }),
    startWorker: () => startWorker(environment),
    async close() {
      await owner.end()
      await stopAllProcesses()
      await standIn.close()
      await database.drop()
    },
  }
}

/**
 * PostgreSQL 18 copies a template's sequences without their lead over what its log has: after a crash they would
 * hand out numbers that committed rows have already. From a checkpoint on they log each lead anew.
 */
async function checkpoint(cluster: ClusterAddress): Promise<void> {
  const superuser = new pg.Client({ connectionString: `${cluster.superuser}postgres` })
  await superuser.connect()
  await superuser.query('checkpoint')
  await superuser.end()
}

/** The address that Stripe sends buyers back to: cookies belong to a name. */
function byName({ origin }: RunningWeb): string {
  return origin.replace('127.0.0.1', 'localhost')
}
