import type { LoaderFunctionArgs } from '@remix-run/node'
import { readAuditQuery } from '@/app/forms/audit-query'
import { csvAnswer } from '@/app/web/csv-answer'
import { failure } from '@/app/web/envelope'
import { requirePrincipal } from '@/app/web/require-principal'
import { auditCsv } from '@/lib/accounts/audit-log'

/** GET /admin/audit-log.csv: all that the filters of the page let through. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const read = readAuditQuery(new URL(request.url).searchParams)
  if (!read.ok) {
    return failure(context, {
      code: 'invalid',
      message: read.problems.map(({ message }) => message).join(' '),
    })
  }
  return csvAnswer(context, 'audit-log.csv', auditCsv(read.filter, principal))
}
