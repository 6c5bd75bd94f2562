import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { NoExceptions } from '@/app/components/console/no-exceptions'

test('only a list of what waits says, when it is empty, that every payment is in order', () => {
  const states = ['waiting', 'resolved', 'all'] as const
  const inOrder = states.filter((state) =>
    renderToStaticMarkup(<NoExceptions state={state} isSearched={false} />).includes(
      'Every payment has its seats',
    ),
  )
  expect(inOrder).toEqual(['waiting'])
})

test('a search that finds none says so, and nothing of the payments', () => {
  for (const state of ['waiting', 'resolved', 'all'] as const) {
    const page = renderToStaticMarkup(<NoExceptions state={state} isSearched />)
    expect(page).toContain('No exception fits')
    expect(page).not.toContain('Every payment has its seats')
    expect(page.includes('were looked through')).toBe(state !== 'all')
  }
})
