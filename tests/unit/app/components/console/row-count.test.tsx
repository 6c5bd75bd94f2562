import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { RowCount } from '@/app/components/console/row-count'

test.each([
  [2, 'payment', false, '2 payments found'],
  [1, 'payment', false, '1 payment found'],
  [50, undefined, true, '50 rows, older ones follow'],
  [0, undefined, false, 'No row fits'],
  [null, undefined, false, ''],
])('the status of %s (%s) is there and says so', (count, one, hasOlder, words) => {
  const html = renderToStaticMarkup(<RowCount count={count} {...(one && { one })} hasOlder={hasOlder} />)
  expect(html).toMatch(/^<p [^>]*role="status"[^>]*>/)
  expect(html).toContain(`>${words}</p>`)
})
