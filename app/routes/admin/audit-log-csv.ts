import type { LoaderFunctionArgs } from '@remix-run/node'
import { readAuditQuery } from '@/app/web/audit-query'
import { csvAnswer } from '@/app/web/csv-answer'
import { requirePrincipal } from '@/app/web/require-principal'
import { auditCsv } from '@/lib/accounts/audit-log'

/** GET /admin/audit-log.csv: all that the filters of the page let through. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { filter } = readAuditQuery(new URL(request.url).searchParams)
  return csvAnswer('audit-log.csv', auditCsv(filter, principal))
}
