import { expect, test } from 'vitest'
import { refusedPageAlert } from '@/lib/checkout/refused-page-alert'

const refused = { cityId: 'dallas-jan-2026', tier: 'ga' } as const

test('the team is told what Stripe said, of which seats, and where to look', () => {
  expect(refusedPageAlert({ ...refused, stripeCode: 'resource_missing' })).toMatchObject({
    kind: 'payment_page',
    cityId: 'dallas-jan-2026',
    tier: 'ga',
    subject: 'Stripe refuses payment pages for GA in dallas-jan-2026: resource_missing',
    body: expect.stringContaining('Stripe price id') as string,
  })
})
