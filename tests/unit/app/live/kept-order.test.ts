import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetEmail, forgetOrder, keepOrder, keptOrder } from '@/app/live/kept-order'

/** As much of a tab's storage as is asked for. */
function aStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}

function sent(fields: Record<string, string>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

beforeEach(() => vi.stubGlobal('window', { sessionStorage: aStorage() }))
afterEach(() => vi.unstubAllGlobals())

test('an order is kept by city until it is made', () => {
  const order = { tier: 'vip', quantity: '3', email: 'ada+6fb@example.com' }
  keepOrder('dallas', sent(order))
  expect(Object.fromEntries(keptOrder('dallas'))).toEqual(order)
  expect([...keptOrder('chicago')]).toEqual([])
  forgetOrder('dallas')
  expect([...keptOrder('dallas')]).toEqual([])
})

test('the email alone can be forgotten, and is nothing to forget where there is no order', () => {
  keepOrder('dallas', sent({ tier: 'vip', quantity: '3', email: 'ada@example.com' }))
  for (const city of ['dallas', 'chicago']) forgetEmail(city)
  expect(keptOrder('dallas').toString()).toBe('tier=vip&quantity=3')
  expect([...keptOrder('chicago')]).toEqual([])
})

test('a private link is not kept with it', () => {
  keepOrder('dallas', sent({ tier: 'ga', link: 'secret' }))
  expect([...keptOrder('dallas')]).toEqual([['tier', 'ga']])
})

test('a browser that keeps nothing is no hindrance', () => {
  vi.stubGlobal('window', {
    get sessionStorage(): never {
      throw new Error('The operation is insecure.')
    },
  })
  keepOrder('dallas', sent({ tier: 'ga' }))
  expect([...keptOrder('dallas')]).toEqual([])
  forgetOrder('dallas')
})
