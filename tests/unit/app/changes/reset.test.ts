import { expect, test } from 'vitest'
import { reset } from '@/app/changes/reset'

/** What is wrong with a sent reset is said at once: an owner in a hurry sends it a second time at most. */

const dallas = 'dallas-jan-2026'
const whole = { expected: '0', confirmation: dallas, reason: 'Rehearsal', authorizedBy: 'Dana' }

/** The fields that are named; none of these forms gets as far as the stock. */
async function fieldsNamed(typed: Partial<typeof whole>) {
  const form = new URLSearchParams({ ...whole, ...typed })
  const performed = await reset.perform({
    cityId: dallas,
    cityName: 'Dallas',
    query: new URLSearchParams(),
    form,
    authority: { authorizedBy: form.get('authorizedBy') ?? '', reason: form.get('reason') },
  })
  if (performed.ok) throw new Error('It was reset')
  return performed.problems?.map(({ fieldId }) => fieldId)
}

test.each([
  [{ confirmation: '', reason: ' ', authorizedBy: '' }, ['confirmation', 'reason', 'authorizedBy']],
  [{ confirmation: 'nyc-apr-2026', reason: '' }, ['confirmation', 'reason']],
  [{ confirmation: 'Dallas' }, ['confirmation']],
  [{ reason: '' }, ['reason']],
])('sent with %j, all of %j are named', async (typed, fields) => {
  expect(await fieldsNamed(typed)).toEqual(fields)
})
