import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { SalesChart } from '@/app/components/charts/sales-chart'
import { Sparkline } from '@/app/components/charts/sparkline'
import { spreadLabels } from '@/app/components/charts/spread-labels'
import { TotalsChart, type TotalsPoint } from '@/app/components/charts/totals-chart'

describe('labels', () => {
  const places = (...at: number[]) =>
    spreadLabels(
      at.map((place) => ({ at: place })),
      10,
    ).map((one) => one.at)

  test('stay where they are when there is room', () => {
    expect(places(20, 60)).toEqual([20, 60])
  })
  test('move apart where they would lie upon each other, whichever comes first', () => {
    expect(places(20, 22)).toEqual([20, 30])
    expect(places(22, 20)).toEqual([20, 30])
  })
  test('stay inside at the bottom', () => {
    expect(places(96, 98)).toEqual([90, 100])
  })
})

const points: TotalsPoint[] = [
  { at: 0, label: 'Mon', sold: null, capacity: null },
  { at: 1, label: 'Tue', sold: 0, capacity: 35 },
  { at: 2, label: 'Wed', sold: 20, capacity: 35 },
  { at: 3, label: 'Now', sold: 30, capacity: 45 },
]

test('cumulative sales: a gap before the first number, capacity in steps, the numbers in a table', () => {
  const html = renderToStaticMarkup(
    <TotalsChart title="GA" points={points} ticks={[{ at: 1, text: 'Tue' }]} period="Day" />,
  )
  expect(html).toContain('30 of 45 seats sold.')
  // From zero at the bottom (96) to 45 at the top (4): 20 is at 55.11, 30 at 34.67; it begins on Tuesday, a third in.
  expect(html).toContain('d="M33.33,96L66.67,55.11L100,34.67"')
  expect(html).toContain('d="M33.33,24.44L66.67,24.44L66.67,24.44L100,24.44L100,4"')
  expect(html).toMatch(/<th scope="row">Wed<\/th><td>20<\/td><td>35<\/td>/)
  expect(html).toMatch(/<th scope="row">Mon<\/th><td>–<\/td><td>–<\/td>/)
})

test('no numbers at all', () => {
  expect(renderToStaticMarkup(<TotalsChart title="GA" points={[]} ticks={[]} period="Day" />)).toContain(
    'Nothing yet',
  )
})

test('bars stand on zero, returned seats hang below it, gaps have no bar', () => {
  const html = renderToStaticMarkup(
    <SalesChart
      title="Sold each day"
      series={['GA', 'VIP']}
      period="Day"
      bars={[
        { label: 'Mon', values: [3, 1] },
        { label: 'Tue', values: [-1, 0] },
        { label: 'Wed', values: [null, null] },
      ]}
    />,
  )
  expect(html).toContain('2 GA and 1 VIP sold less returned, from Mon to Wed. No numbers for 1 of 3.')
  // From −1 (96) to 4 (4): zero is at 77.6, a seat 18.4 high.
  expect(html).toMatch(/class="plot__bar plot__bar--0"[^>]* y="22.4" height="55.2"/)
  expect(html).toMatch(/class="plot__bar plot__bar--1"[^>]* y="4" height="18.4"/)
  expect(html).toMatch(/class="plot__bar plot__bar--0"[^>]* y="77.6" height="18.4"/)
  expect(html).toMatch(/<th scope="row">Wed<\/th><td>–<\/td><td>–<\/td>/)
})

test('the words at the ends of a narrow plot stay inside', () => {
  const ticks = [
    { at: 0.3, text: 'Nov 3' },
    { at: 1.5, text: 'Nov 15' },
    { at: 2.7, text: 'Nov 28' },
  ]
  const html = renderToStaticMarkup(<TotalsChart title="GA" points={points} ticks={ticks} period="Day" />)
  const below = /class="plot__below".*?<\/svg>/s.exec(html)?.[0] ?? ''
  expect(below.match(/text-anchor="\w+"/g)).toEqual([
    'text-anchor="start"',
    'text-anchor="middle"',
    'text-anchor="end"',
  ])
})

test('a sparkline is read out', () => {
  const html = renderToStaticMarkup(<Sparkline values={[null, 0, 2]} />)
  expect(html).toContain('Sold on each of the last 3 days: no number, 0, 2')
  expect(html).toContain('d="M50,22L99,3"')
})

test.each([
  ['the first day of all', [null, null, 2], ['M99,3h0']],
  ['days with gaps around them', [2, null, 1, null, 2, 2], ['M1,3h0', 'M40.2,12.5h0']],
  ['a single day', [2], ['M1,3h0']],
  ['days in a row', [null, 0, 2], []],
])('a sparkline has a dot where a line would need a neighbour: %s', (_, values, dots) => {
  const html = renderToStaticMarkup(<Sparkline values={values} />)
  expect([...html.matchAll(/class="spark__dot" d="([^"]*)"/g)].map(([, d]) => d)).toEqual(dots)
})

test('no picture carries a style of its own: the security policy forbids it', () => {
  const html = renderToStaticMarkup(<TotalsChart title="GA" points={points} ticks={[]} period="Day" />)
  expect(html).not.toContain('style=')
})
