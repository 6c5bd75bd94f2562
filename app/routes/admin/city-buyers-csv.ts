import type { LoaderFunctionArgs } from '@remix-run/node'
import { csvAnswer } from '@/app/web/csv-answer'
import { failure } from '@/app/web/envelope'
import { requirePrincipal } from '@/app/web/require-principal'
import { readCity } from '@/lib/analytics/cities'
import { noSuchCity } from '@/lib/no-such-city'
import { buyersCsv } from '@/lib/payments/buyers-csv'

/** GET /admin/cities/:cityId/buyers.csv: who has seats of the city now. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const city = await readCity(params.cityId ?? '')
  if (!city) return failure(context, { code: 'unknown_city', message: noSuchCity })
  return csvAnswer(context, `buyers-${city.id}.csv`, buyersCsv(city.id))
}
