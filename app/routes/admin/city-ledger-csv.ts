import type { LoaderFunctionArgs } from '@remix-run/node'
import { readSearch } from '@/app/forms/ledger-search'
import { csvAnswer } from '@/app/web/csv-answer'
import { failure } from '@/app/web/envelope'
import { requirePrincipal } from '@/app/web/require-principal'
import { readCity } from '@/lib/analytics/cities'
import { ledgerCsv } from '@/lib/inventory/ledger/csv'
import { noSuchCity } from '@/lib/no-such-city'

/** GET /admin/cities/:cityId/ledger.csv: the ledger, or what a filter leaves of it, sent as it is read, however long. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const city = await readCity(params.cityId ?? '')
  if (!city) return failure(context, { code: 'unknown_city', message: noSuchCity })
  const read = readSearch(new URL(request.url).searchParams, city.timeZone)
  if (!read.ok) {
    return failure(context, {
      code: 'invalid',
      message: read.problems.map(({ message }) => message).join(' '),
    })
  }
  return csvAnswer(context, `ledger-${city.id}.csv`, ledgerCsv(city.id, read.query))
}
