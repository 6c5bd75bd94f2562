import type { ActionFunctionArgs, AppLoadContext } from '@remix-run/node'
import { failure, success } from '@/app/web/envelope'
import { countWebhook } from '@/app/web/metrics'
import { maxWebhookBytes, readBody } from '@/app/web/read-body'
import { isUnavailable } from '@/app/web/unavailable'
import { log } from '@/lib/log'
import { acceptStripeEvent } from '@/lib/stripe/accept-event'

/**
 * POST /api/webhooks/stripe: takes a signed event in, 200 once it is stored with its job. A known event is 200
 * too; Stripe sends again after anything else. https://docs.stripe.com/webhooks#verify-official-libraries
 */
export async function action({ request, context }: ActionFunctionArgs) {
  const body = await readBody(request, maxWebhookBytes)
  if (!body.ok) {
    countWebhook('refused')
    return failure(context, body)
  }
  const event = { rawBody: body.text, signature: request.headers.get('stripe-signature') }
  const outcome = await acceptStripeEvent(event).catch((error: unknown) => notStored(error, context))
  if (outcome instanceof Response) return outcome
  countWebhook(outcome.status)
  if (outcome.status === 'refused') return failure(context, outcome)
  return success({ received: true })
}

/** 503 whatever the fault, a damaged index or one of ours: it is not stored, and has to come again. */
function notStored(error: unknown, { requestId }: AppLoadContext): Response {
  // Told of where every request is that meets an absent database, or one without room (`guard-routes`).
  if (isUnavailable(error)) throw error
  log().error(
    { code: 'event_not_stored', requestId, err: error },
    'an event could not be stored; Stripe sends it again',
  )
  return failure({ requestId }, { code: 'unavailable', message: 'The event is not stored. Send it again.' })
}
