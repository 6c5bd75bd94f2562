import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { OrderStatus } from '@/app/components/order-status'
import type { OrderPage } from '@/app/presenters/order-page'

function words(order: Partial<OrderPage>): string {
  const page: OrderPage = { state: 'unknown', seats: null, seatsKept: false, city: null, ...order }
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

test('a buyer whose refund has failed reads which seats are theirs, and that no other are', () => {
  const failed = words({ state: 'refund_failed', seats: { tier: 'ga', quantity: 2 } })
  expect(failed).toContain('You have 2 seats (GA)')
  expect(failed).toContain('The refund of the others has failed at the bank')
  expect(failed).not.toContain('Confirmed')
})
