import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Breakable } from '@/app/components/console/breakable'
import { nothing, Records } from '@/app/components/console/records'

test('a cell with nothing in it is marked, so that a card leaves its line out', () => {
  const html = renderToStaticMarkup(
    <Records
      label="Payments"
      rows={[{ id: 'pi_1', email: null }]}
      keyOf={({ id }) => id}
      columns={[
        { text: 'Payment', cell: ({ id }) => id },
        { text: 'Email', cell: ({ email }) => email ?? nothing },
        { text: 'State', cell: () => 'Sold' },
      ]}
    />,
  )
  const cells = html.match(/<td[^>]*>/g) ?? []
  expect(cells.map((cell) => cell.includes('data-empty'))).toEqual([true, false])
})

test.each([
  ['ada.lovelace@example.com', 'ada.lovelace@<wbr/>example.com'],
  ['checkout.session.completed', 'checkout.<wbr/>session.<wbr/>completed'],
  ['payment_intent.succeeded', 'payment_<wbr/>intent.<wbr/>succeeded'],
  ['dallas-jan-2026', 'dallas-jan-2026'],
])('%s breaks between its parts', (text, html) => {
  expect(renderToStaticMarkup(<Breakable text={text} />)).toBe(html)
})
