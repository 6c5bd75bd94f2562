import { answer } from '@/app/api/answer'
import { readDocsCall } from '@/app/api/calls/operations'
import { docsPage } from '@/app/api/docs-page'

/** GET /api/docs: the description, to read and try. */
export const loader = answer(readDocsCall, async ({ context, principal }) => {
  const back =
    principal.kind === 'nobody'
      ? { path: '/', text: 'All workshops' }
      : { path: '/admin', text: 'Back to the console' }
  return new Response(docsPage(context.cspNonce, back), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'private, no-store' },
  })
})
