import type { LoaderFunctionArgs } from '@remix-run/node'
import { csvAnswer } from '@/app/web/csv-answer'
import { requirePrincipal } from '@/app/web/require-principal'
import { disputedCsv } from '@/lib/payments/payments-csv'

/** GET /admin/payments/disputed.csv: the payments of the page. */
export async function loader({ context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  return csvAnswer(context, 'disputed-payments.csv', disputedCsv())
}
