import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { ButtonLink } from '@/app/components/button'
import { ErrorSummary } from '@/app/components/error-summary'
import { OwnHoldNotice, ranOut } from '@/app/components/own-hold-notice'
import { PageHeader } from '@/app/components/page-header'
import { useForgetEmail } from '@/app/live/use-forget-email'
import { useRevalidateAtEnd } from '@/app/live/use-revalidate-at-end'
import { useUntil } from '@/app/live/use-until'
import type { OwnHold } from '@/app/presenters/ticket-page'
import { presentUnpaidCheckout } from '@/app/presenters/unpaid-checkout'
import { rateLimited, statusOf } from '@/app/web/envelope'
import { noteGivenBack } from '@/app/web/given-back'
import { cityPath } from '@/app/web/kept-link'
import { notFound } from '@/app/web/not-found'
import { visitorToken } from '@/app/web/visitor'
import { cancelCheckout } from '@/lib/checkout/cancel-checkout'
import { isStorableText } from '@/lib/outside-text'

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: `${page?.orderPath ? 'Your order' : 'Payment not made'} – 6FB Methodologies` },
  { name: 'robots', content: 'noindex' },
]

/** Where Stripe's page leads back to when the buyer does not pay: the seats are still held, unless they paid elsewhere. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const query = new URL(request.url).searchParams
  const cityId = query.get('city')
  const { hold, sessionId } = await presentUnpaidCheckout({
    cityId,
    reservationId: query.get('reservation'),
    visitorToken: await visitorToken(request),
    now: new Date(),
  })
  const view = await context.liveStock.read()
  const city = view.city(cityId ?? '')
  return {
    city: city ? { name: city.name, path: await cityPath(request, city.id) } : null,
    hold,
    orderPath: sessionId && `/checkout/success?${new URLSearchParams({ session_id: sessionId }).toString()}`,
  }
}

/** Gives the visitor's own held seats back at once. */
export async function action({ request, context }: ActionFunctionArgs) {
  const query = new URL(request.url).searchParams
  const reservationId = query.get('reservation')
  if (!isStorableText(reservationId)) throw notFound()
  const wait = await context.count('checkout')
  if (wait !== null) {
    const { message, headers } = rateLimited(wait)
    return data({ message }, { status: 429, headers })
  }
  const outcome = await cancelCheckout({ reservationId, visitorToken: await visitorToken(request) })
  const view = await context.liveStock.refresh()
  if (!outcome.ok) return data({ message: outcome.message }, { status: statusOf(outcome.code) })
  const city = view?.city(query.get('city') ?? '')
  if (!city) return redirect('/', 303)
  const { tier, quantity } = outcome
  const headers = { 'Set-Cookie': await noteGivenBack({ cityId: city.id, tier, quantity }) }
  return redirect(await cityPath(request, city.id), { status: 303, headers })
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function CheckoutCancelled() {
  const { city, hold, orderPath } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  useRevalidateAtEnd(hold)
  useForgetEmail(hold)
  const hasRunOut = orderPath === null && hold?.secondsLeft === 0
  return (
    <div className="narrow stack stack--loose">
      {refused && (
        <ErrorSummary title="There is a problem" problems={[{ message: refused.message }]} answer={refused} />
      )}
      {/* Told to screen readers when it changes, as when the hold runs out. */}
      <div role="status">
        <Standing hold={hold} isCompleted={orderPath !== null} />
      </div>
      {orderPath === null && hold && hold.secondsLeft > 0 && (
        <OwnHoldNotice hold={hold} cityPath={city?.path ?? null} />
      )}
      <div className="row">
        {orderPath && <ButtonLink to={orderPath}>See your order</ButtonLink>}
        {hasRunOut && city ? (
          <ButtonLink to={city.path}>Choose seats again</ButtonLink>
        ) : (
          <ButtonLink to={city?.path ?? '/'} look="quiet">
            {city ? `Back to ${city.name}` : 'See all workshops'}
          </ButtonLink>
        )}
      </div>
    </div>
  )
}

function Standing({ hold, isCompleted }: { hold: OwnHold | null; isCompleted: boolean }) {
  if (isCompleted) {
    return (
      <PageHeader
        title="You have completed this checkout"
        lead="So its seats cannot be given back here. Your order says how your payment stands."
      />
    )
  }
  if (!hold) {
    return (
      <PageHeader
        title="No payment was made"
        lead="Nothing was charged. We hold no seats for you any more, unless you paid in another window."
      />
    )
  }
  if (hold.secondsLeft === 0) return <RanOut hold={hold} />
  return (
    <PageHeader title="You have not paid yet" lead="Nothing was charged, and your seats are still yours." />
  )
}

function RanOut({ hold }: { hold: OwnHold }) {
  return <PageHeader title={ranOut.title} lead={ranOut.text(hold, useUntil(hold))} />
}
