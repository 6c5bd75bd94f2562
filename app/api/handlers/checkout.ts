import type { HandlerOf } from '@/app/api/answer'
import type { startCheckoutCall } from '@/app/api/calls/checkout'
import { done, failed } from '@/app/api/outcome'
import { visitorToken } from '@/app/web/visitor'
import type { CheckoutFailure } from '@/lib/checkout/checkout-result'
import { startCheckout } from '@/lib/checkout/start-checkout'

/** Holds seats and makes the page to pay on. */
export const checkOut: HandlerOf<typeof startCheckoutCall> = async ({
  body,
  request,
  context,
  secretName,
}) => {
  const shownToken = body.holdToken ?? (await visitorToken(request))
  const outcome = await startCheckout({
    cityId: body.cityId,
    ticketType: body.tier ?? body.ticketType,
    quantity: body.quantity,
    email: body.email ?? undefined,
    link: body.link,
    // With an Idempotency-Key the buyer's name is derived from it: should this process die before it answers, the
    // request that comes again finds its own hold.
    visitorToken: shownToken ?? secretName,
    comesBack: shownToken !== null,
    address: context.address,
    publicUrl: context.publicUrl,
  })
  // Refused, too: seats may have been held and given back, or stay held though there is no page.
  await context.liveStock.refresh()
  if (!outcome.ok) {
    const { code, message } = outcome
    return failed({ code, message, data: factsOf(outcome) })
  }
  const { sessionId, url, expiresAt, reservationId, holdToken } = outcome
  return done({ sessionId, url, expiresAt: expiresAt.toISOString(), reservationId, holdToken })
}

function factsOf({ available, holdToken, field }: CheckoutFailure) {
  if (available !== undefined) return { available }
  return holdToken === undefined ? field && { field } : { holdToken }
}
