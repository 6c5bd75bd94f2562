import { answer } from '@/app/api/answer'
import { readDocsCall } from '@/app/api/calls/operations'
import { docsPage } from '@/app/api/docs-page'

/** GET /api/docs: the description, to read and try. */
export const loader = answer(readDocsCall, async ({ context }) => {
  return new Response(docsPage(context.cspNonce), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'private, no-store' },
  })
})
