import type { ActionFunctionArgs } from '@remix-run/node'
import { failure, success } from '@/app/web/envelope'
import { countWebhook } from '@/app/web/metrics'
import { maxWebhookBytes, readBody } from '@/app/web/read-body'
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
  const outcome = await acceptStripeEvent({
    rawBody: body.text,
    signature: request.headers.get('stripe-signature'),
  })
  countWebhook(outcome.status)
  if (outcome.status === 'refused') return failure(context, outcome)
  return success({ received: true })
}
