import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { runHousekeeping } from '@/lib/housekeeping'
import { beginOnce } from '@/lib/idempotency/idempotency'
import { moveClock } from '@/tests/support/stories/clock'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

const request = { scope: 'tests POST /x', key: 'key', content: '{}' }

async function run(given: Partial<typeof request> = {}) {
  const begun = await beginOnce({ ...request, ...given })
  if (begun.state !== 'run') throw new Error(begun.state)
  return begun.run
}

test('a key is kept for a day, then forgotten, and may then name another request', async () => {
  await (await run()).settle('the answer')
  await moveClock(story.ownerUrl, '23 hours')
  await runHousekeeping('forget')
  expect(await beginOnce(request)).toEqual({ state: 'answered', answer: 'the answer' })
  expect(await beginOnce({ ...request, content: 'other' })).toEqual({ state: 'key_reused' })
  await moveClock(story.ownerUrl, '2 hours')
  await runHousekeeping('forget')
  expect(await database().selectFrom('idempotency_keys').select('scope').execute()).toEqual([])
  await (await run({ content: 'other' })).giveUp()
})

test('a key that housekeeping has not dropped yet is new after its day all the same', async () => {
  await (await run()).settle('the answer')
  await moveClock(story.ownerUrl, '25 hours')
  await (await run({ content: 'another' })).giveUp()
})

test('a run that was overtaken can write no answer, and takes its effect back', async () => {
  const first = await run()
  await moveClock(story.ownerUrl, '2 minutes')
  const second = await run()
  const effect = database()
    .transaction()
    .execute(async (trx) => {
      await trx.insertInto('settings').values({ key: 'effect', value: '{}' }).execute()
      await first.settle('late', trx)
    })
  await expect(effect).rejects.toThrow('took it over')
  expect(await database().selectFrom('settings').select('key').where('key', '=', 'effect').execute()).toEqual(
    [],
  )
  await first.giveUp()
  await second.settle('in time')
  expect(await beginOnce(request)).toEqual({ state: 'answered', answer: 'in time' })
})

test('an answer that was kept stays, though its request broke down afterwards', async () => {
  const broken = { ...request, key: 'broken' }
  const one = await run(broken)
  await one.settle('the answer')
  await one.giveUp()
  expect(await beginOnce(broken)).toEqual({ state: 'answered', answer: 'the answer' })
})

test('the same key of another caller, and another key of the same caller, have answers of their own', async () => {
  const mine = { ...request, key: 'mine' }
  const requests = [mine, { ...mine, scope: 'others POST /x' }, { ...mine, key: 'another' }]
  for (const one of requests) await (await run(one)).settle(one.scope + one.key)
  for (const one of requests)
    expect(await beginOnce(one)).toEqual({ state: 'answered', answer: one.scope + one.key })
})

test('counts of requests are dropped an hour after their time', async () => {
  await database()
    .insertInto('rate_limits')
    .values([
      { key: 'old', points: 1, expire: Date.now() - 3_700_000 },
      { key: 'young', points: 1, expire: Date.now() - 1_000 },
    ])
    .execute()
  await runHousekeeping('forget')
  expect(await database().selectFrom('rate_limits').select('key').execute()).toEqual([{ key: 'young' }])
})
