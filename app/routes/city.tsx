import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node'
import { useActionData, useLoaderData, useLocation, useNavigation } from '@remix-run/react'
import { useMemo } from 'react'
import { BuyingSteps } from '@/app/components/buying-steps'
import { CityFacts } from '@/app/components/city-facts'
import { DoneNotice } from '@/app/components/done-notice'
import { ErrorSummary } from '@/app/components/error-summary'
import { LinkNotice } from '@/app/components/link-notice'
import { OwnHoldNotice } from '@/app/components/own-hold-notice'
import { PageHeader } from '@/app/components/page-header'
import { SaleNotice } from '@/app/components/sale-notice'
import { type RefusedTicketForm, TicketForm } from '@/app/components/ticket-form'
import { payFor, toldPrice } from '@/app/format/pay-for'
import { priceField } from '@/app/format/price-field'
import { asksForFewer, showsTooFew } from '@/app/format/refusal-now'
import { canBuy, seats } from '@/app/format/seats'
import { tierChoices } from '@/app/format/tier-choices'
import { tierNames } from '@/app/format/tiers'
import { useGivenBack } from '@/app/live/use-given-back'
import { useLiveStock } from '@/app/live/use-live-stock'
import { useRanOutHold } from '@/app/live/use-ran-out-hold'
import { useRevalidateAtEnd } from '@/app/live/use-revalidate-at-end'
import { useRevalidateAtZero } from '@/app/live/use-revalidate-at-zero'
import { useStandingAnswer } from '@/app/live/use-standing-answer'
import { useUnaskedZeros } from '@/app/live/use-unasked-zeros'
import { useUntilMet } from '@/app/live/use-until-met'
import { useUntilMoot } from '@/app/live/use-until-moot'
import { presentTicketPage } from '@/app/presenters/ticket-page'
import { rateLimited, statusOf } from '@/app/web/envelope'
import { type GivenBack, takeGivenBack } from '@/app/web/given-back'
import { keepLink } from '@/app/web/kept-link'
import { notFound } from '@/app/web/not-found'
import { readForm } from '@/app/forms/read-form'
import { renewedVisitor, visitorOf, visitorToken } from '@/app/web/visitor'
import { continueCheckout, startCheckout } from '@/lib/checkout/start-checkout'
import { isOrAre } from '@/lib/counted'

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: page ? `${page.city.name}, ${page.city.days} – 6FB Methodologies` : '6FB Methodologies' },
]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const visitor = await visitorOf(request)
  const page = await presentTicketPage(await context.liveStock.read(), {
    cityId: params.cityId ?? '',
    // A token that was made just now holds nothing yet, and most visitors of a rush are new.
    visitorToken: visitor.setCookie === null ? visitor.token : null,
    linkToken: new URL(request.url).searchParams.get('link'),
    now: new Date(),
  })
  if (!page) throw notFound()
  const { givenBack, setCookie } = await takeGivenBack(request, page.city.id)
  const headers = new Headers(keep(visitor.setCookie))
  if (setCookie !== null) headers.append('Set-Cookie', setCookie)
  if (page.link?.state === 'open') headers.append('Set-Cookie', await keepLink(page.city.id, page.link.token))
  return data({ ...page, done: givenBack && saidGivenBack(givenBack) }, { headers })
}

/**
 * Holds the seats, or takes those that are held already, and sends the buyer on to pay; otherwise the form again, with
 * what to mend.
 */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const visitor = await renewedVisitor(request)
  const reservationId = form.get(payFor)
  const isOfHold = reservationId !== null
  const wait = await context.count('checkout')
  if (wait !== null) {
    const { message, headers } = rateLimited(wait)
    const problem: RefusedTicketForm['problem'] = { message }
    return data(
      { problem, entered: enteredIn(form), isOfHold },
      { status: 429, headers: { ...headers, ...keep(visitor.setCookie) } },
    )
  }
  const { address, publicUrl } = context
  const where = { cityId: params.cityId ?? '', visitorToken: visitor.token, address, publicUrl }
  const outcome = isOfHold
    ? await continueCheckout({ ...where, reservationId, shownPrice: form.get(toldPrice) })
    : await startCheckout({
        ...where,
        comesBack: (await visitorToken(request)) !== null,
        ticketType: form.get('tier'),
        quantity: form.get('quantity'),
        email: form.get('email')?.trim() || undefined,
        link: form.get('link'),
        shownPrice: form.get(priceField(form.get('tier') ?? '')),
      })
  if (outcome.ok) return redirect(outcome.url, { status: 303, headers: keep(visitor.setCookie) })
  if (outcome.code === 'unknown_city') throw notFound()
  // The numbers beside the message must be those the refusal was about.
  await context.liveStock.refresh()
  const { message, field, code, shownPrice } = outcome
  return data(
    { problem: { message, field, code, shownPrice }, entered: enteredIn(form), isOfHold },
    { status: statusOf(outcome.code), headers: keep(visitor.setCookie) },
  )
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function CityPage() {
  const page = useLoaderData<typeof loader>()
  const answered = useStandingAnswer(useActionData<typeof action>())
  const navigation = useNavigation()
  const { pathname, search } = useLocation()
  const { city, hold, elsewhere, done } = page
  const loaded = useMemo(() => [page.stock], [page.stock])
  const { stock: byCity, liveness } = useLiveStock(loaded, city.id)
  const stock = byCity[city.id] ?? page.stock
  const isOnSale = city.saleState === 'on_sale'
  useRevalidateAtEnd(hold)
  const givenBack = useGivenBack(hold)
  const toldOf = useRanOutHold(hold, city.id) ?? hold
  // Whoever comes back may hold seats by now, in another tab. A sale that opens is no change of a number, so no event
  // tells of it.
  useRevalidateAtZero(isOnSale ? [stock] : [], liveness, isOnSale ? 'when_seen' : 15_000)
  const isUnasked = useUnaskedZeros(stock, page.stock)
  const { prices, hasLastSeats, own } = page
  const choices = tierChoices({ saleState: city.saleState, stock, prices, hasLastSeats, own, isUnasked })
  const isOpen = choices.some(({ state }) => canBuy(state))
  const unmet = useUntilMet(answered, answered !== undefined && showsTooFew(answered, choices))
  const refused = useUntilMoot(unmet, !isOpen && unmet !== undefined && asksForFewer(unmet))
  const ofHold = refused?.isOfHold ? refused : undefined

  return (
    <div className="ticket-layout">
      <div className="stack stack--loose">
        <PageHeader title={city.name} />
        <CityFacts city={city} />
      </div>
      <div className="stack ticket-layout__buy">
        {ofHold && (
          <ErrorSummary
            title="There is a problem"
            problems={[{ message: ofHold.problem.message }]}
            answer={ofHold}
          />
        )}
        {toldOf && (
          <OwnHoldNotice hold={toldOf} cityPath={pathname + search} shownPrice={ofHold?.problem.shownPrice} />
        )}
        {!toldOf && <DoneNotice key={`done ${city.id}`} notice={done} />}
        {page.link && <LinkNotice link={page.link} saleState={city.saleState} />}
        <SaleNotice
          city={city}
          isOpen={isOpen}
          isSoldOut={stock.isPublicSoldOut}
          holdsSeats={hold !== null && hold.secondsLeft > 0}
          elsewhere={elsewhere}
        />
        <TicketForm
          key={city.id}
          cityId={city.id}
          hold={hold}
          givenBack={givenBack}
          choices={choices}
          isOpen={isOpen}
          liveness={liveness}
          refused={ofHold ? undefined : refused}
          link={page.link?.state === 'open' ? page.link : undefined}
          isSending={
            navigation.formAction?.split('?')[0] === `/cities/${city.id}` && !navigation.formData?.has(payFor)
          }
        />
      </div>
      {isOpen && <BuyingSteps heldFor={city.heldFor} />}
    </div>
  )
}

function saidGivenBack({ tier, quantity }: GivenBack) {
  const yours = quantity === 1 ? 'Your seat' : `Your ${seats(quantity)}`
  return {
    meaning: 'good',
    title: `${yours} ${isOrAre(quantity)} given back (${tierNames[tier].short})`,
    text: 'Nothing was charged.',
  } as const
}

function keep(setCookie: string | null): Record<string, string> {
  return setCookie ? { 'Set-Cookie': setCookie } : {}
}

/** What the buyer typed, to be shown again. */
function enteredIn(form: URLSearchParams) {
  const text = (name: string) => form.get(name)?.slice(0, 255) ?? ''
  return { tier: text('tier'), quantity: text('quantity'), email: text('email') }
}
