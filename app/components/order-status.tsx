import { seats } from '@/app/format/seats'
import { tierNames } from '@/app/format/tiers'
import type { OrderPage, OrderState } from '@/app/presenters/order-page'
import { StatusTag, type Meaning } from './status-tag'
import { SupportLink } from './support-link'
import type { IconName } from './icon'

/** What has become of an order. Told to screen readers when it changes. */
export function OrderStatus({ order }: { order: OrderPage }) {
  const { tag, title, text } = wordsFor(order)[order.state]
  return (
    <section className="order" aria-label="Your order">
      <div className="order__state" role="status">
        <p>
          <StatusTag meaning={tag.meaning} icon={tag.icon}>
            {tag.word}
          </StatusTag>
        </p>
        <h1 className="order__title">{title}</h1>
        <p>{text}</p>
      </div>
      <div className="order__progress" aria-hidden="true">
        {order.state === 'confirming' && <div className="progress" />}
      </div>
      {order.reference !== null && (
        <div className="stack">
          <dl className="facts">
            <div>
              <dt>Order reference</dt>
              <dd>
                <code>{order.reference}</code>
              </dd>
            </div>
          </dl>
          {takesAPerson.has(order.state) && (
            <SupportLink
              before="Questions about this order? Write to"
              subject={`Order ${order.reference}`}
              after=" and give this reference."
            />
          )}
        </div>
      )}
    </section>
  )
}

/** Those that a buyer may have to ask about: somebody looks into them, or the bank takes days. */
const takesAPerson: ReadonlySet<OrderState> = new Set([
  'awaiting_payment',
  'needs_attention',
  'refund_failed',
])

interface Words {
  tag: { meaning: Meaning; icon: IconName; word: string }
  title: string
  text: string
}

function wordsFor(order: OrderPage): Record<OrderState, Words> {
  const bought = boughtIn(order)
  const yours = order.hasSeats ? `You have ${bought}. ` : ''
  const refunded = order.hasSeats ? 'the rest of the order' : 'this order'
  return {
    confirming: {
      tag: { meaning: 'info', icon: 'clock', word: 'Confirming' },
      title: 'Confirming your payment',
      text: `This takes a few seconds. The page changes by itself; ${order.seatsKept ? 'your seats are kept' : 'nothing is lost'} if you close it.`,
    },
    awaiting_payment: {
      tag: { meaning: 'info', icon: 'clock', word: 'Payment on its way' },
      title: 'Your bank is sending the payment',
      text: order.seatsKept
        ? `That can take some days. We keep ${bought} for you until it arrives.`
        : 'That can take some days. Until then no seats are kept for you: if none are left when the payment arrives, we will write to the email you paid with.',
    },
    confirmed: {
      tag: { meaning: 'good', icon: 'good', word: 'Confirmed' },
      title: order.city ? `See you in ${order.city.name}` : 'Your seats are confirmed',
      text: `You have ${bought}. Keep the address of this page: it shows your order at any time.`,
    },
    needs_attention: {
      tag: { meaning: 'warn', icon: 'warn', word: 'We are looking into it' },
      title: 'We have your payment',
      text: 'Something about this order needs a person to look at. We will write to the email you paid with. You do not need to pay again.',
    },
    refunded: {
      tag: { meaning: 'info', icon: 'info', word: 'Refunded' },
      title: 'This order was refunded',
      text: 'The money goes back the way it came. That can take some days.',
    },
    refund_failed: {
      tag: { meaning: 'warn', icon: 'warn', word: 'We are looking into it' },
      title: 'A refund of this order has not arrived',
      text: `${yours}A refund for ${refunded} has failed at the bank, and its money is back with us. We will write to the email you paid with.`,
    },
    refund_pending: {
      tag: { meaning: 'info', icon: 'clock', word: 'Refund on its way' },
      title: 'A refund of this order is on its way',
      text: `${yours}The money for ${refunded} goes back the way it came. That can take some days.`,
    },
    not_paid: {
      tag: { meaning: 'warn', icon: 'warn', word: 'Not paid' },
      title: 'Your bank did not send the payment',
      text: 'Nothing was charged, and no seats are kept for you.',
    },
    expired: {
      tag: { meaning: 'plain', icon: 'clock', word: 'Expired' },
      title: 'This checkout has expired',
      text: 'Nothing was charged, and the seats are free again.',
    },
    unknown: {
      tag: { meaning: 'plain', icon: 'info', word: 'Not known' },
      title: 'We do not know this order yet',
      text: 'If you have just paid, wait a moment: the page changes by itself. Otherwise check the address.',
    },
  }
}

function boughtIn({ seats: bought }: OrderPage): string {
  return bought ? `${seats(bought.quantity)} (${tierNames[bought.tier].short})` : 'your seats'
}
