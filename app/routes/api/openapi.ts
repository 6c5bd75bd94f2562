import { answer } from '@/app/api/answer'
import { readDescriptionCall } from '@/app/api/calls/operations'
import { describeApi } from '@/app/api/openapi'
import { isKnown, publicReadHeaders } from '@/app/web/stock/public-read'
import { may } from '@/lib/accounts/principal'

/** GET /api/openapi.json: the calls that anybody may make; for somebody with a role all of them. */
export const loader = answer(readDescriptionCall, async ({ principal, request, context }) => {
  const isForRole = may(principal, 'see')
  const { json, etag } = describeApi(isForRole ? 'all' : 'public', context.publicUrl)
  const headers = {
    ...publicReadHeaders,
    'Cache-Control': isForRole ? 'private, no-store' : 'public, max-age=60',
    ETag: etag,
  }
  if (isKnown(etag, request.headers.get('if-none-match'))) return new Response(null, { status: 304, headers })
  return new Response(json, { headers })
})
