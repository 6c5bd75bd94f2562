import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { OrderStatus } from '@/app/components/order-status'
import type { OrderPage } from '@/app/presenters/order-page'

function words(order: Partial<OrderPage>): string {
  const page: OrderPage = {
    state: 'unknown',
    seats: null,
    hasSeats: false,
    seatsKept: false,
    city: null,
    ...order,
  }
  return renderToStaticMarkup(<OrderStatus order={page} />)
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
