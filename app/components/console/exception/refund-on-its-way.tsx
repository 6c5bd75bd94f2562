import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import type { ResolutionProps } from './resolution-props'

/** Nothing else can be decided then, and no second refund is made: only a look at Stripe. */
export function RefundOnItsWay({ isSending }: Pick<ResolutionProps, 'isSending'>) {
  return (
    <section className="stack" aria-labelledby="resolve">
      <h2 id="resolve">Nothing to do</h2>
      <p>
        A refund is at the bank, and until it has arrived or failed nothing else can be decided. If it settles
        the matter, the exception closes by itself; if not, it waits here for a decision again.
      </p>
      <Form method="post">
        <Button look="quiet" name="form" value="ask" isBusy={isSending}>
          Ask Stripe now
        </Button>
      </Form>
    </section>
  )
}
