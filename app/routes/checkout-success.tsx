import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { useEffect } from 'react'
import { ButtonLink } from '@/app/components/button'
import { CityFacts } from '@/app/components/city-facts'
import { OrderStatus } from '@/app/components/order-status'
import { forgetOrder } from '@/app/live/kept-order'
import { reloadOrderMs } from '@/app/live/order-pace'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { presentOrder } from '@/app/presenters/order-page'
import { cityPath } from '@/app/web/kept-link'
import { notFound } from '@/app/web/not-found'
import { isOverdue } from '@/app/web/order-waits'
import { requestReconciliation } from '@/lib/checkout/request-reconciliation'
import { isSessionId } from '@/lib/checkout/session-id'

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: `${page?.order.state === 'confirmed' ? 'Confirmed' : 'Your order'} – 6FB Methodologies` },
  { name: 'robots', content: 'noindex' },
]

/** The order's real state. Never sells: a paid session is sold by its webhook, or by a reconciliation. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const sessionId = new URL(request.url).searchParams.get('session_id')
  if (!isSessionId(sessionId)) throw notFound()
  const order = await presentOrder(await context.liveStock.read(), sessionId)
  if (isOverdue(sessionId, order.state)) await requestReconciliation(sessionId)
  return { order, cityPage: order.city && (await cityPath(request, order.city.id)) }
}

export default function CheckoutSuccess() {
  const { order, cityPage } = useLoaderData<typeof loader>()
  const isOver = order.state === 'expired' || order.state === 'not_paid'
  const isWaiting = order.state === 'confirming' || order.state === 'unknown'
  useRevalidateEvery(reloadOrderMs(order.state))
  const orderedIn = isOver ? undefined : order.city?.id
  useEffect(() => {
    if (orderedIn) forgetOrder(orderedIn)
  }, [orderedIn])
  return (
    <div className="narrow stack stack--loose">
      {isWaiting && (
        <noscript>
          <meta httpEquiv="refresh" content="3" />
        </noscript>
      )}
      <OrderStatus order={order} />
      {order.city && <CityFacts city={order.city} workshop={order.city.name} />}
      <div className="row">
        {isOver && cityPage ? (
          <ButtonLink to={cityPage}>Choose seats again</ButtonLink>
        ) : (
          <ButtonLink to="/" look="quiet">
            See all workshops
          </ButtonLink>
        )}
      </div>
    </div>
  )
}
