import pg from 'pg'
import { expect, test } from 'vitest'
import { StockMoved } from '@/lib/inventory/retryable'
import { eachAlone } from '@/lib/stripe/each-alone'
import { storyDatabase } from '@/tests/support/stories/database'

storyDatabase()

function databaseError(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code })
}

test.each([
  ['whose rows were locked for too long', databaseError('55P03'), []],
  ['that lost a deadlock', databaseError('40P01'), []],
  ['that lost against another transaction', databaseError('40001'), []],
  ['whose stock moved', new StockMoved(), []],
  ['whose key is taken each time', databaseError('23505'), ['cs_1']],
  ['that breaks a rule', databaseError('23514'), ['cs_1']],
])('an item %s is left; only what is wrong with it is its fault', async (_name, error, atFault) => {
  const worked = await eachAlone(
    ['cs_1', 'cs_2'],
    (id) => id,
    (id) => (id === 'cs_1' ? Promise.reject(error) : Promise.resolve(true)),
  )
  expect(worked).toEqual({ changed: 1, left: 1, atFault })
})
