import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../support/until'
import type { TestClock } from './clock'
import type { Difference } from './judge'
import { readUnfinished } from './records'
import type { World } from './world'

/** Longer than a page can be paid, and than a hold can live without a worker. */
const lifetimeMinutes = 60
/** Longer than a killed worker keeps what it claimed from the others. */
const leaseMinutes = 5
/** Jobs of a killed worker are taken over within a minute; the rest is work. */
const deadlineMs = 90_000
const lookEveryMs = 300

/**
 * Lets everything come to its end while nothing goes wrong any more: webhooks arrive, pages expire, jobs are
 * taken over, and the workers ask Stripe for what no webhook brought.
 *
 * @returns what is not done all the same
 */
export async function settle(world: World, clock: TestClock): Promise<Difference[]> {
  const { shop, progress } = world
  const { control } = shop.standIn
  await clock.advanceSurely(lifetimeMinutes)
  progress.say('webhooks arrive')
  await control.retryNow()
  await control.whenIdle(30_000)
  await clock.advanceSurely(leaseMinutes)
  progress.say('the workers ask Stripe about everything')
  const differences = await reconcile(world)
  progress.say('what is left is done')
  await control.whenIdle(30_000)
  return [...differences, ...(await untilDone(world))]
}

/** A run that begins now sees all that Stripe knows now; one that was under way may not. */
async function reconcile({ shop, admin }: World): Promise<Difference[]> {
  let said = ''
  let state: string | undefined
  const done = until(async () => {
    await delay(lookEveryMs)
    await retriesStartNow(shop)
    if (!isJobId(said)) said = await admin.ask({ act: 'reconcile' })
    if (!isJobId(said)) return false
    state = (await shop.rows<{ state: string }>(`select state from pgboss.job where id = $1`, [said]))[0]
      ?.state
    return state === 'completed'
  }, deadlineMs)
  return done.then(
    () => [],
    () => [{ message: `the workers did not ask Stripe about everything: ${said}, ${state}`, about: null }],
  )
}

function isJobId(said: string): boolean {
  return /^[0-9a-f-]{36}$/.test(said)
}

async function untilDone({ shop }: World): Promise<Difference[]> {
  const deadline = Date.now() + deadlineMs
  for (;;) {
    await retriesStartNow(shop)
    const unfinished = await readUnfinished(shop)
    if (unfinished.length === 0 || Date.now() > deadline) return unfinished
    await delay(lookEveryMs)
  }
}

/** Time passes for the queue too: a job that waits for its next try gets it now. */
async function retriesStartNow({ sql }: World['shop']): Promise<void> {
  await sql(`update pgboss.job set start_after = now() where state = 'retry' and start_after > now()`)
}
