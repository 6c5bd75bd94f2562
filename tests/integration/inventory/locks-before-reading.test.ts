import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import type { Trx } from '@/lib/database'
import { execute, executeIn } from '@/lib/inventory/execute'
import { transact } from '@/lib/queues/transaction'
import { aCity } from '../../support/stories/city'
import { hold, release, reset, sell, undoReset } from '../../support/stories/commands'
import { storyDatabase } from '../../support/stories/database'
import { behind, waitingForLocks } from '../../support/stories/lock-waits'
import { violations } from '../../support/stories/violations'
import { until } from '../../support/until'

/** What another transaction is about to change, and only a lock keeps from being decided on as it was. */

const story = storyDatabase()

afterAll(async () => {
  expect(await violations()).toEqual([])
})

async function aHold(): Promise<string> {
  const reservationId = randomUUID()
  const checkout = { parameters: {}, amountCents: 100_000, currency: 'usd' }
  await execute([[hold(1, { cityId: await aCity(), reservationId, checkout })]])
  return reservationId
}

/** As `noteSession` does it, which takes no lock of the stock. */
function note(sessionId: string, reservationId: string) {
  return (trx: Trx) =>
    sql`update reservations set session_id = ${sessionId} where id = ${reservationId}`.execute(trx)
}

async function reservation(id: string) {
  const [row] = await story.owner.query('select status, session_id from reservations where id = $1', [id])
  return row
}

test('the page of a hold that is noted while the hold is released stays noted', async () => {
  const id = await aHold()
  await behind(story.owner, note('cs_noted', id), () => execute([[release(id, { cause: 'changed' })]]))
  expect(await reservation(id)).toEqual({ status: 'released', session_id: 'cs_noted' })
})

test('news that another page has expired frees no hold whose own page is just being noted', async () => {
  const id = await aHold()
  const news = release(id, { cause: 'expired', sessionId: 'cs_other' })
  const outcomes = await behind(story.owner, note('cs_own', id), () => execute([[news]]))
  expect(outcomes.flat()).toMatchObject([{ status: 'duplicate', code: 'other_session' }])
  expect(await reservation(id)).toEqual({ status: 'held', session_id: 'cs_own' })
})

async function aLink(cityId: string): Promise<string> {
  const [link] = await story.owner.query<{ id: string }>(
    `insert into private_links (token_hash, city_id, tier, seats, created_by, expires_at)
     values (sha256($1), $2, 'ga', 4, 'Nate', app_now() + interval '1 day') returning id`,
    [randomUUID(), cityId],
  )
  if (!link) throw new Error('There is no link')
  return link.id
}

test('a private link that is just being revoked holds no seats', async () => {
  const cityId = await aCity()
  const linkId = await aLink(cityId)
  const outcomes = await behind(
    story.owner,
    (trx) => sql`update private_links set revoked_at = app_now() where id = ${linkId}`.execute(trx),
    () => execute([[hold(1, { cityId, reservationId: randomUUID(), linkId })]]),
  )
  expect(outcomes.flat()).toMatchObject([{ status: 'rejected', code: 'invalid_link' }])
})

test('a reset that comes while an undo has yet to get its sales waits for it, and the undo forgets none', async () => {
  const cityId = await aCity()
  const sessionId = `cs_${randomUUID()}`
  await execute([[sell(2, { sessionId }, { cityId })]])
  await execute([[reset(cityId)]])

  const { undone, forgotten } = await transact(async (trx) => {
    await sql`select from payments where session_id = ${sessionId} for update`.execute(trx)
    const undone = execute([[undoReset(cityId)]])
    await until(async () => (await waitingForLocks(story.owner)) === 1)
    await execute([[sell(1, { sessionId: `cs_${randomUUID()}` }, { cityId })]])
    let isAnswered = false
    const forgotten = execute([[reset(cityId)]]).finally(() => (isAnswered = true))
    await until(async () => isAnswered || (await waitingForLocks(story.owner)) === 2)
    return { undone, forgotten }
  })
  expect((await undone).flat()).toMatchObject([{ status: 'applied', quantity: 2 }])
  expect((await forgotten).flat()).toMatchObject([{ status: 'applied', quantity: 3 }])
})

test('a hold that commits while its release has yet to get another stock row is released under the lock of its own', async () => {
  const [here, there] = [await aCity(), await aCity()]
  const [known, late] = [randomUUID(), randomUUID()]
  await execute([[hold(1, { cityId: here, reservationId: known })]])

  const { released, sale } = await transact(async (trx) => {
    await sql`select from inventory where city_id = ${here} for update`.execute(trx)
    const released = execute([[release(known)], [release(late)]])
    await until(async () => (await waitingForLocks(story.owner)) === 1)
    await execute([[hold(1, { cityId: there, reservationId: late })]])
    const sold = Promise.withResolvers<undefined>()
    const mayCommit = Promise.withResolvers<undefined>()
    const sale = transact(async (other) => {
      await executeIn(other, [[sell(1, { sessionId: `cs_${randomUUID()}` }, { cityId: there })]])
      sold.resolve(undefined)
      await mayCommit.promise
    })
    await sold.promise
    return { released, sale: { mayCommit, done: sale } }
  })
  await until(async () => (await waitingForLocks(story.owner)) === 1)
  sale.mayCommit.resolve(undefined)
  await sale.done
  expect((await released).flat()).toMatchObject([{ status: 'applied' }, { status: 'applied' }])
  const [stock] = await story.owner.query(
    `select sold, held from inventory where city_id = $1 and tier = 'ga'`,
    [there],
  )
  expect(stock).toEqual({ sold: 1, held: 0 })
})
