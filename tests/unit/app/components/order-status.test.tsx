import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { OrderStatus } from '@/app/components/order-status'
import { RenderContextProvider } from '@/app/components/render-context'
import type { OrderPage } from '@/app/presenters/order-page'

function words(order: Partial<OrderPage>, supportEmail: string | null = null): string {
  const page: OrderPage = {
    state: 'unknown',
    reference: null,
    seats: null,
    hasSeats: false,
    seatsKept: false,
    city: null,
    ...order,
  }
  return renderToStaticMarkup(
    <RenderContextProvider.Provider value={{ nonce: '', requestId: null, supportEmail }}>
      <OrderStatus order={page} />
    </RenderContextProvider.Provider>,
  )
}

describe('seats are promised only where they are kept', () => {
  const seats = { tier: 'ga', quantity: 2 } as const

  test('while a payment is confirmed', () => {
    expect(words({ state: 'confirming', seats, seatsKept: true })).toContain('your seats are kept')
    expect(words({ state: 'confirming', seats })).not.toContain('kept')
  })

  test('while a bank debit is on its way', () => {
    const kept = words({ state: 'awaiting_payment', seats, seatsKept: true })
    expect(kept).toContain('We keep 2 seats (GA) for you until it arrives')
    const notKept = words({ state: 'awaiting_payment', seats })
    expect(notKept).toContain('no seats are kept for you')
    expect(notKept).not.toContain('We keep')
    expect(words({ state: 'not_paid', seats })).toContain('no seats are kept for you')
  })
})

describe('a buyer whose refund has failed, and with it the seats have gone', () => {
  const seats = { tier: 'ga', quantity: 2 } as const

  test('reads which seats are theirs, and that a refund has failed: another may have arrived', () => {
    const failed = words({ state: 'refund_failed', seats, hasSeats: true })
    expect(failed).toContain('You have 2 seats (GA)')
    expect(failed).toContain('A refund for the rest of the order has failed at the bank')
    expect(failed).toContain('We will write to the email you paid with')
    expect(failed).not.toContain('Confirmed')
  })

  test('reads of no failure while the money is on its way again', () => {
    const pending = words({ state: 'refund_pending', seats, hasSeats: true })
    expect(pending).toContain('Refund on its way')
    expect(pending).toContain('You have 2 seats (GA)')
    expect(pending).toContain('The money for the rest of the order goes back the way it came')
    expect(pending).not.toContain('failed')
  })
  test('is promised no seat where none is left', () => {
    const failed = words({ state: 'refund_failed', seats })
    expect(failed).toContain('A refund for this order has failed at the bank')
    const pending = words({ state: 'refund_pending', seats })
    expect(pending).toContain('The money for this order goes back the way it came')
    expect(failed + pending).not.toContain('You have')
  })
})

describe('what a buyer can quote, and to whom', () => {
  const reference = 'cs_test_a1'

  test('the reference of an order that we know', () => {
    expect(words({ state: 'confirmed', reference })).toMatch(/Order reference<.*cs_test_a1/)
    expect(words({ state: 'unknown' })).not.toContain('Order reference')
  })

  test.each(['awaiting_payment', 'needs_attention', 'refund_failed'] as const)(
    'an address to write to, where there is one, while an order is %s',
    (state) => {
      expect(words({ state, reference }, 'help@example.com')).toContain(
        'Write to <a href="mailto:help@example.com?subject=Order%20cs_test_a1">help@example.com</a> and give this reference.',
      )
      expect(words({ state, reference })).not.toMatch(/Write to|mailto/)
    },
  )

  test('a confirmed order is kept by its page: whether a receipt comes is set at Stripe', () => {
    const confirmed = words(
      { state: 'confirmed', reference, seats: { tier: 'ga', quantity: 2 } },
      'h@example.com',
    )
    expect(confirmed).toContain(
      'You have 2 seats (GA). Keep the address of this page: it shows your order at any time.',
    )
    expect(confirmed).not.toMatch(/receipt|mailto/)
  })
})
