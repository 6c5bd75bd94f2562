import pg from 'pg'
import { webhookUrl } from '../support/buyers'
import type { Fault, PlannedFault } from './schedule'
import type { World } from './world'

/** Makes faults happen as planned. @returns a function that waits for those under way, with everything up again */
export function startFaults(world: World, plan: readonly PlannedFault[]): { ended: () => Promise<void> } {
  const underWay: Promise<void>[] = []
  const timers = plan.map(({ atMs, fault }) =>
    setTimeout(() => {
      world.progress.say(describe(fault))
      underWay.push(
        strike(world, fault).catch((error: unknown) => {
          world.surprises.push(
            `${describe(fault)}: ${error instanceof Error ? error.message : String(error)}`,
          )
        }),
      )
    }, atMs),
  )
  return {
    ended: async () => {
      timers.forEach((timer) => clearTimeout(timer))
      await Promise.all(underWay)
      for (const slot of [...world.webs, ...world.workers]) await slot.whenUp()
    },
  }
}

/** Puts everything right outside our processes. */
export async function endFaults({ shop }: World): Promise<void> {
  const { control } = shop.standIn
  await control.clearFaults()
  await control.clearDeliveryRules()
  await control.setLatency(0)
  await control.release('shuffled', 1)
}

async function strike(world: World, fault: Fault): Promise<void> {
  const { pause } = world
  const { control } = world.shop.standIn
  switch (fault.kind) {
    case 'kill': {
      const slots = fault.process === 'web' ? world.webs : world.workers
      if (await slots[fault.which].kill(fault.downMs)) world.kills++
      return
    }
    case 'kill admin':
      world.kills++
      return world.admin.kill()
    case 'stop worker':
      await world.workers[fault.which].stop(fault.downMs)
      return
    case 'suspend worker':
      return world.workers[fault.which].suspend(() => pause(fault.forMs))
    case 'crash PostgreSQL':
    case 'restart PostgreSQL':
      return endPostgres(world, fault)
    case 'cut connections':
      return cutConnections(world, fault)
    case 'block stock':
      return blockStock(world, fault)
    case 'Stripe':
      return control.fault(fault.fault)
    case 'Stripe is slow':
      await control.setLatency(fault.latencyMs)
      await pause(fault.forMs)
      return control.setLatency(0)
    case 'webhooks':
      await control.addDeliveryRule(fault.rule)
      await pause(fault.forMs)
      return control.clearDeliveryRules()
    case 'hold webhooks':
      await control.hold()
      await pause(fault.forMs)
      await control.release('shuffled', fault.seed)
      return
    case 'route webhooks': {
      const [first, second] = world.webs.map((web) => webhookUrl(web.current()))
      const urls = { first: [first], second: [second], both: [first, second] }[fault.to]
      return control.setWebhooks({ urls: urls.filter((url) => url !== undefined) })
    }
  }
}

const absent = new WeakSet<World>()

async function endPostgres(
  world: World,
  { kind, downMs }: Extract<Fault, { kind: `${string} PostgreSQL` }>,
): Promise<void> {
  // One at a time: the earlier one has not come back.
  if (absent.has(world)) return
  absent.add(world)
  const { server } = world.shop
  if (kind === 'crash PostgreSQL') {
    await server.crash()
    world.kills++
  } else {
    await server.stop()
  }
  await world.pause(downMs)
  await server.start()
  absent.delete(world)
}

async function cutConnections(
  { shop, pause }: World,
  { times, pauseMs, atOnce }: Extract<Fault, { kind: 'cut connections' }>,
): Promise<void> {
  await withClient(`${shop.cluster.superuser}postgres`, async (client) => {
    for (let turn = 0; turn < times; turn++) {
      await client.query(
        `select pg_terminate_backend(pid) from (
           select pid from pg_stat_activity
           where datname = $1 and usename = $2 and (state like 'idle in transaction%' or state = 'active')
           order by random() limit $3) victims`,
        [shop.database.name, new URL(shop.database.appUrl).username, atOnce],
      )
      await pause(pauseMs)
    }
  })
}

async function blockStock(
  { shop, pause }: World,
  { cityId, tier, forMs }: Extract<Fault, { kind: 'block stock' }>,
): Promise<void> {
  await withClient(shop.database.ownerUrl, async (client) => {
    await client.query('begin')
    await client.query('select 1 from inventory where city_id = $1 and tier = $2 for update', [cityId, tier])
    await pause(forMs)
    await client.query('rollback')
  })
}

/** PostgreSQL itself may go away meanwhile; then this fault is over. */
async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    await work(client)
  } catch (error) {
    if (error instanceof pg.DatabaseError && !/^(57|08|55)/.test(error.code ?? '')) throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}

function describe(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 ${fault.process} ${fault.which + 1}, back after ${fault.downMs} ms`
    case 'stop worker':
      return `stop worker ${fault.which + 1}, back after ${fault.downMs} ms`
    case 'suspend worker':
      return `suspend worker ${fault.which + 1} for ${fault.forMs} ms`
    case 'crash PostgreSQL':
    case 'restart PostgreSQL':
      return `${fault.kind}, back after ${fault.downMs} ms`
    case 'Stripe':
      return `Stripe: ${detailsOf(fault.fault)}`
    case 'webhooks':
      return `webhooks for ${fault.forMs} ms: ${detailsOf({ ...fault.rule, types: undefined })}`
    default: {
      const { kind, ...details } = fault
      return `${kind} ${detailsOf(details)}`
    }
  }
}

function detailsOf(fault: object): string {
  return Object.entries(fault)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}
