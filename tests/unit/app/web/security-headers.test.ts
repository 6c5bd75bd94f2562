import { expect, it } from 'vitest'
import { apiHeaders, pageHeaders } from '@/app/web/security-headers'

const local = { mode: 'local', paymentOrigins: ['https://checkout.stripe.com'] } as const

it('allows scripts of our own and with the nonce, and no inline style', () => {
  const policy = pageHeaders(local, 'n1')['Content-Security-Policy']
  expect(policy).toContain("script-src 'self' 'nonce-n1';")
  expect(policy).toContain("style-src 'self';")
  expect(policy).not.toContain('unsafe')
})

it('lets a form lead to the payment page and nowhere else', () => {
  expect(pageHeaders(local, 'n1')['Content-Security-Policy']).toContain(
    "form-action 'self' https://checkout.stripe.com;",
  )
})

it('asks for encryption in production only', () => {
  expect(pageHeaders({ ...local, mode: 'production' }, 'n')).toHaveProperty('Strict-Transport-Security')
  expect(pageHeaders(local, 'n')).not.toHaveProperty('Strict-Transport-Security')
})

it('lets nothing run in an answer that is no page', () => {
  expect(apiHeaders(local)['Content-Security-Policy']).toBe(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  )
})
