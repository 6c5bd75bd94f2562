import { expect, test } from 'vitest'
import { saleState } from '@/app/changes/sale-state'
import type { SaleState } from '@/lib/cities'
import { cityFigures } from '@/tests/unit/app/console-stories'

/** What is said before a sale is opened or stopped. */

async function warnings(city: { saleState: SaleState; isArchived?: boolean }, to: SaleState) {
  const question = await saleState.ask(cityFigures(city), new URLSearchParams({ to }))
  return question.kind === 'confirm' ? question.warnings : question.kind
}

test('seats that can then not be bought', async () => {
  expect(await warnings({ saleState: 'on_sale' }, 'paused')).toEqual(['50 seats can then not be bought.'])
})

test.each(['closed', 'upcoming'] as const)(
  'of an archived city none can be bought before it is %s, nor after',
  async (to) => {
    expect(await warnings({ saleState: 'on_sale', isArchived: true }, to)).toEqual([
      'It is archived: nobody can buy until it is brought back.',
    ])
  },
)

test('the state that it has already', async () => {
  expect(await warnings({ saleState: 'closed' }, 'closed')).toBe('blocked')
})
