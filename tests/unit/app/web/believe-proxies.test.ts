import express, { type Request } from 'express'
import { expect, it } from 'vitest'
import { believeProxies } from '@/app/web/believe-proxies'

/** What a request that came through proxies is counted as. */
function addressOf(forwardedFor: string, trusted: number | string[]): string | undefined {
  const app = express()
  app.set('trust proxy', trusted)
  const request = Object.assign(Object.create(app.request) as Request, {
    headers: { 'x-forwarded-for': forwardedFor },
    socket: { remoteAddress: '127.0.0.1' },
  })
  believeProxies('local')(request)
  return request.ip
}

it.each([
  ['203.0.113.9:4711', 1, '203.0.113.9'],
  ['[2001:db8::1]:4711', 1, '2001:db8::1'],
  ['[2001:db8::1]', 1, '2001:db8::1'],
  ['198.51.100.1, 203.0.113.9:4711,10.0.0.7:80', 2, '203.0.113.9'],
  ['203.0.113.9:4711, 10.0.0.7:80', ['loopback', '10.0.0.0/8'], '203.0.113.9'],
  ['203.0.113.9', 1, '203.0.113.9'],
  ['2001:db8::1', 1, '2001:db8::1'],
  ['unknown', 1, 'unknown'],
])('%s behind %j: %s, whatever the port of the connection', (forwardedFor, trusted, address) => {
  expect(addressOf(forwardedFor, trusted)).toBe(address)
})

it('of a proxy that is not trusted nothing is believed', () => {
  expect(addressOf('203.0.113.9:4711', ['10.0.0.0/8'])).toBe('127.0.0.1')
})
