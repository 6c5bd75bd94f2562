import type { LoaderFunctionArgs } from '@remix-run/node'
import { csvAnswer } from '@/app/web/csv-answer'
import { requirePrincipal } from '@/app/web/require-principal'
import { paymentsCsv } from '@/lib/payments/payments-csv'

/** GET /admin/payments.csv: the payments that the search of the page finds, or all of them. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const search = new URL(request.url).searchParams.get('search') ?? ''
  return csvAnswer(context, 'payments.csv', paymentsCsv(search))
}
