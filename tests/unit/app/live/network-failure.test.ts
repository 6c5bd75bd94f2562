import { expect, it } from 'vitest'
import { isNetworkFailure } from '@/app/live/network-failure'

it.each([
  new TypeError('Failed to fetch'),
  new TypeError('network error'),
  new TypeError('NetworkError when attempting to fetch resource.'),
  new TypeError('Load failed'),
  new TypeError('Load failed (shop.example)'),
  new Error('Unable to decode turbo-stream response from URL: https://shop.example/_root.data'),
])('takes "$message" for the network', (error) => {
  expect(isNetworkFailure(error)).toBe(true)
})

it.each([
  new TypeError("Cannot read properties of undefined (reading 'fetch')"),
  new TypeError('city is undefined'),
  new Error('Failed to fetch'),
  new Error('Unexpected Server Error'),
  new Error('500 Internal Server Error'),
  { status: 500, statusText: '', data: null },
  undefined,
])('takes %o for a fault of ours', (error) => {
  expect(isNetworkFailure(error)).toBe(false)
})
