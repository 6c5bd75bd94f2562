import type { LoaderFunctionArgs } from '@remix-run/node'
import { unauthenticated } from '@/app/api/admit'
import { cityNumbers } from '@/app/presenters/console/city-numbers'
import { failure, rateLimited } from '@/app/web/envelope'
import { streamWait } from '@/app/web/event-stream'
import { streamAnswers } from '@/app/web/stream-answers'
import { sentAnswer } from '@/app/web/stock/sent-answer'
import { stillMaySee } from '@/app/web/still-may-see'
import { may } from '@/lib/accounts/principal'

/**
 * GET /admin/stock-stream?cities=a,b: server-sent events, the numbers of the cities on a page of the console and each
 * change of them. Six hundred cities would be too much to send a phone for each seat sold.
 */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await context.authentication.session()
  if (!session || !may(session.principal, 'see')) return failure(context, unauthenticated)
  const wanted = new Set(new URL(request.url).searchParams.get('cities')?.split(','))
  const stream = streamAnswers(
    {
      feed: context.fullStock,
      pick: (view) => sentAnswer(view.cities.filter(({ cityId }) => wanted.has(cityId)).map(cityNumbers)),
      mayGoOn: stillMaySee(request),
    },
    context,
  )
  return stream ?? failure(context, rateLimited(streamWait))
}
