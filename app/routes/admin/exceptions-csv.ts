import type { LoaderFunctionArgs } from '@remix-run/node'
import { readExceptionQuery } from '@/app/forms/exception-query'
import { csvAnswer } from '@/app/web/csv-answer'
import { requirePrincipal } from '@/app/web/require-principal'
import { exceptionsCsv } from '@/lib/payments/exceptions-csv'

/** GET /admin/exceptions.csv: all that the filters of the page let through. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const filter = readExceptionQuery(new URL(request.url).searchParams)
  return csvAnswer(context, 'exceptions.csv', exceptionsCsv(filter))
}
