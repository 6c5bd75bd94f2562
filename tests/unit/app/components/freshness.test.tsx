import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Freshness } from '@/app/components/freshness'

test('to browsers without scripts the page says how old its numbers are, and how to get new ones', () => {
  const page = renderToStaticMarkup(<Freshness liveness={{ staleSeconds: null }} />)
  expect(page).toContain(
    '<noscript>Numbers from when this page was loaded. Reload it for new ones.</noscript>',
  )
  expect(page).not.toContain('update by themselves')
})
