import { expect, it } from 'vitest'
import { createOrderWaits, isOverdue } from '@/app/web/order-waits'

it('asks for a reconciliation once, after five seconds of watching', () => {
  let now = 1_000_000
  const waits = createOrderWaits(() => now)
  const look = (afterMs: number) => {
    now += afterMs
    return waits.isOverdue('cs_1')
  }
  expect([look(0), look(4_900), look(200), look(1_000), look(60_000)]).toEqual([
    false,
    false,
    true,
    false,
    false,
  ])
})

it('counts each order for itself, and begins anew after it was forgotten', () => {
  let now = 0
  const waits = createOrderWaits(() => now)
  waits.isOverdue('cs_1')
  now = 6_000
  expect(waits.isOverdue('cs_2')).toBe(false)
  waits.forget('cs_1')
  expect(waits.isOverdue('cs_1')).toBe(false)
})

it('does not grow with invented ids', () => {
  let now = 0
  const waits = createOrderWaits(() => now)
  waits.isOverdue('cs_first')
  for (let i = 0; i < 10_000; i++) waits.isOverdue(`cs_${i}`)
  now = 6_000
  expect(waits.isOverdue('cs_first')).toBe(false)
  expect(waits.isOverdue('cs_9999')).toBe(true)
})

it('asks about so many a minute, and about the others later', () => {
  let now = 600_000
  const waits = createOrderWaits(() => now, { mostPerMinute: 2 })
  const look = () => ['cs_1', 'cs_2', 'cs_3'].map((id) => waits.isOverdue(id))
  look()
  now += 6_000
  expect([look(), look()]).toEqual([
    [true, true, false],
    [false, false, false],
  ])
  now += 60_000
  expect([look(), look()]).toEqual([
    [false, false, true],
    [false, false, false],
  ])
})

it('asks about an order once, and again only if its confirmation was waited for anew', () => {
  let now = 0
  const waits = { known: createOrderWaits(() => now), strangers: createOrderWaits(() => now) }
  const look = (afterMs: number, state: Parameters<typeof isOverdue>[1]) => {
    now += afterMs
    return isOverdue('cs_1', state, waits)
  }
  expect([look(0, 'confirming'), look(6_000, 'confirming'), look(6_000, 'confirming')]).toEqual([
    false,
    true,
    false,
  ])
  expect([look(0, 'confirmed'), look(6_000, 'confirmed')]).toEqual([false, false])
  expect([look(0, 'confirming'), look(6_000, 'confirming')]).toEqual([false, true])
})

it('counts the wait for a stranger’s session, and for the order that it becomes, apart', () => {
  let now = 0
  const waits = { known: createOrderWaits(() => now), strangers: createOrderWaits(() => now) }
  expect(isOverdue('cs_1', 'unknown', waits)).toBe(false)
  now = 6_000
  expect(isOverdue('cs_1', 'confirming', waits)).toBe(false)
  expect(isOverdue('cs_1', 'unknown', waits)).toBe(false)
})
