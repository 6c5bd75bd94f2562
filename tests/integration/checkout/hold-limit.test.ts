import { expect, test } from 'vitest'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter({ HOLD_LIMIT_PER_ADDRESS: '4' })

test('the addresses of one IPv6 subscriber hold together what one address may', async () => {
  const city = await counter.aCity()
  await counter.opened(city, { quantity: 3, address: '2001:db8:1:2::1' })
  expect(await counter.checkout(city, { quantity: 2, address: '2001:db8:1:2:ffff::9' })).toMatchObject({
    ok: false,
    code: 'hold_limit',
  })
  await counter.opened(city, { quantity: 2, address: '2001:db8:1:3::1' })
  await counter.opened(city, { quantity: 4, address: '203.0.113.9' })
  expect(await counter.checkout(city, { address: '::ffff:203.0.113.9' })).toMatchObject({
    ok: false,
    code: 'hold_limit',
  })
  expect(await counter.stock(city)).toMatchObject({ held: 9 })
})
