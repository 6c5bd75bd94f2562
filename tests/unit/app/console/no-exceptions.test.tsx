import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { NoExceptions } from '@/app/components/console/no-exceptions'

test('only a list of what waits says, when it is empty, that every payment is in order', () => {
  const states = ['waiting', 'resolved', 'all'] as const
  const inOrder = states.filter((state) =>
    renderToStaticMarkup(<NoExceptions state={state} />).includes('Every payment has its seats'),
  )
  expect(inOrder).toEqual(['waiting'])
})
