import { Form } from '@remix-run/react'
import { seats } from '@/app/format/seats'
import { tierNames } from '@/app/format/tiers'
import type { OwnHold } from '@/app/presenters/ticket-page'
import { Button } from './button'
import { Notice } from './notice'

/** The visitor's own seats that wait to be paid: pay, or give them back. */
export function OwnHoldNotice({ hold, isReleasing }: { hold: OwnHold; isReleasing: boolean }) {
  const { reservationId, cityId, tier, quantity, until, payUrl } = hold
  return (
    <Notice title={`You hold ${seats(quantity)} (${tierNames[tier].short}) until ${until}`}>
      <p>They are yours until then. Pay for them, or give them back so that others can buy them.</p>
      <div className="row">
        {payUrl && (
          <a className="button button--primary" href={payUrl}>
            Continue to payment
          </a>
        )}
        <Form
          method="post"
          action={`/checkout/cancelled?${new URLSearchParams({ reservation: reservationId, city: cityId }).toString()}`}
        >
          <Button look="quiet" isBusy={isReleasing}>
            {isReleasing ? 'Giving back…' : `Give ${quantity === 1 ? 'it' : 'them'} back`}
          </Button>
        </Form>
      </div>
    </Notice>
  )
}
