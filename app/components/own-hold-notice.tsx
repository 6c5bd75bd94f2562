import { Form, useNavigation } from '@remix-run/react'
import { payFor, toldPrice } from '@/app/format/pay-for'
import { seats } from '@/app/format/seats'
import { tierNames } from '@/app/format/tiers'
import { unpaidCheckoutPath } from '@/app/format/unpaid-checkout-path'
import { forgetOrder } from '@/app/live/kept-order'
import { useForgetEmail } from '@/app/live/use-forget-email'
import { useIsNearEnd } from '@/app/live/use-is-near-end'
import { useIsReleasing } from '@/app/live/use-is-releasing'
import { useSendOnceReached } from '@/app/live/use-send-once-reached'
import { useUntil } from '@/app/live/use-until'
import type { OwnHold } from '@/app/presenters/ticket-page'
import { Button } from './button'
import { FieldError } from './field'
import { Notice } from './notice'

interface OwnHoldProps {
  hold: OwnHold
  /** The city's page, which makes the payment page should it be missing; null for a city that has none any more. */
  cityPath: string | null
  /** What the visitor was told that a seat costs by now (`shownPriceText`). */
  shownPrice?: string | undefined
}

/**
 * The visitor's own seats that wait to be paid: pay, or give them back. Once their time is over, only that it is. That it
 * is nearly over, and that it is, a screen reader is told by itself.
 */
export function OwnHoldNotice(props: OwnHoldProps) {
  const { hold } = props
  const { tier, quantity, secondsLeft } = hold
  const isOver = secondsLeft === 0
  const isNearEnd = useIsNearEnd(hold)
  useForgetEmail(hold)
  const until = useUntil(hold)
  const held = `You hold ${seats(quantity)} (${tierNames[tier].short}) until ${until}`
  return (
    <Notice meaning={isNearEnd ? 'warn' : 'info'} title={isOver ? ranOut.title : held}>
      <p role="status">{isOver ? ranOut.text(hold, until) : payOrGiveBack(quantity, isNearEnd)}</p>
      {!isOver && <WaysOn {...props} />}
    </Notice>
  )
}

function payOrGiveBack(quantity: number, isNearEnd: boolean): string {
  const it = itOrThem(quantity)
  const time = isNearEnd
    ? 'Less than 2 minutes are left.'
    : `${quantity === 1 ? 'It is' : 'They are'} yours until then.`
  return `${time} Pay for ${it}, or give ${it} back so that others can buy ${it}.`
}

function itOrThem(quantity: number): string {
  return quantity === 1 ? 'it' : 'them'
}

function WaysOn({ hold, cityPath, shownPrice }: OwnHoldProps) {
  const { formData } = useNavigation()
  const { reservationId, quantity, payUrl, cityId } = hold
  const paying = useSendOnceReached({ preventScrollReset: true })
  const releasing = useSendOnceReached({ onSend: () => forgetOrder(cityId) })
  const asked = [paying.state, releasing.state]
  const isPaying = (formData?.has(payFor) ?? false) || paying.state === 'asking'
  const isReleasing = useIsReleasing(hold) || releasing.state === 'asking'
  const it = itOrThem(quantity)
  return (
    <>
      <div className="row">
        {payUrl && (
          <a className="button button--primary" href={payUrl}>
            Continue to payment
          </a>
        )}
        {!payUrl && cityPath && (
          <Form method="post" action={cityPath} onSubmit={paying.onSubmit}>
            <input type="hidden" name={payFor} value={reservationId} />
            {shownPrice && <input type="hidden" name={toldPrice} value={shownPrice} />}
            <Button isBusy={isPaying}>
              {isPaying ? 'Opening the payment page…' : 'Try the payment page again'}
            </Button>
          </Form>
        )}
        <Form method="post" action={unpaidCheckoutPath(hold)} onSubmit={releasing.onSubmit}>
          <Button look="quiet" isBusy={isReleasing}>
            {isReleasing ? 'Giving back…' : `Give ${it} back`}
          </Button>
        </Form>
      </div>
      {asked.includes('unreached') && !asked.includes('asking') && (
        <div role="alert">
          <FieldError>
            {`We cannot reach the shop, so nothing has changed: you still hold ${it}. Check your connection and try again.`}
          </FieldError>
        </div>
      )}
    </>
  )
}

/** What a visitor is told whose time to pay is over. The payment may have been made in its last moment. */
export const ranOut = {
  title: 'Your hold has run out',
  text: ({ tier, quantity }: OwnHold, until: string) =>
    `You held ${seats(quantity)} (${tierNames[tier].short}) until ${until}. You can choose seats again while there are any. If you have just paid, you do not need to pay again.`,
}
