import type { LoaderFunctionArgs } from '@remix-run/node'
import { csvAnswer } from '@/app/web/csv-answer'
import { requirePrincipal } from '@/app/web/require-principal'
import { alertsCsv } from '@/lib/alerts/alerts-csv'

/** GET /admin/alerts.csv: all alerts, or with `show=failed` those that the page shows then. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const onlyFailed = new URL(request.url).searchParams.get('show') === 'failed'
  return csvAnswer(context, 'alerts.csv', alertsCsv({ onlyFailed }))
}
