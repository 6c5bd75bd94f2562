import { expect, test } from 'vitest'
import { partDone } from '@/app/api/part-done'
import { reduce as takeAway } from '@/app/changes/reduce'
import { relimit as changeLimit } from '@/app/changes/relimit'
import type { Change } from '@/app/changes/change'
import { cities } from '@/app/format/cities'
import { paymentSeats } from '@/app/format/payment-seats'
import { expansionAlert, thresholdAlert } from '@/lib/inventory/alerts/stock-texts'
import type { Command } from '@/lib/inventory/commands'
import { tooFewSeats } from '@/lib/payments/resolve-assign'
import { hold, reduce } from '@/tests/support/stories/commands'
import { aPool, aState, type GivenState, tell } from '@/tests/support/stories/state'
import { cityFigures } from '@/tests/unit/app/console-stories'

/** What is said of seats, payments and cities, where it is one and where there are more. */

async function asks(change: Change, sold: number) {
  const city = cityFigures({ stock: { ga: { sold } } })
  const question = await change.ask(city, new URLSearchParams({ to: '0' }))
  if (question.kind !== 'input') throw new Error(`It asks for ${question.kind}`)
  return [question.field.hint, question.problem].join(' ')
}

async function refusal(given: GivenState, ...commands: Command[]) {
  const last = tell(aState(given), ...commands).outcomes.at(-1)
  return last?.status === 'rejected' ? last.message : last
}

const vipIn = (sold: number, limit: number) => ({
  cityId: 'dallas',
  cityName: 'Dallas',
  tier: 'vip' as const,
  figures: { publicLimit: limit, actualLimit: limit, sold },
})

function left(sold: number, limit: number) {
  const threshold = { tier: 'vip', remaining: limit, level: 'low', channels: [] } as const
  return sentence(thresholdAlert({ ...vipIn(sold, limit), threshold }).body)
}

function added(limit: number) {
  return sentence(expansionAlert({ ...vipIn(0, limit), added: 1, authorizedBy: 'Dana' }).body)
}

function sentence(body: string) {
  return /\d+ of .*?\./.exec(body)?.[0]
}

const email = 'a@example.com'
const [once, oneMore] = [hold(1, { email }), hold(2, { reservationId: 'r2', email })]
const fromHome = [hold(1, { addressHash: 'h' }), hold(2, { reservationId: 'r2', addressHash: 'h' })]

test.each<[string, (count: number) => unknown, string, string]>([
  [
    'a limit below what is sold, typed',
    (sold) => asks(takeAway, sold),
    'It is 35 now, and 1 seat is sold or in checkouts. 1 seat is sold or in checkouts; the limit cannot be lower.',
    'It is 35 now, and 2 seats are sold or in checkouts. 2 seats are sold or in checkouts; the limit cannot be lower.',
  ],
  [
    'a public limit below what is sold, typed',
    (sold) => asks(changeLimit, sold),
    'It is 35 now, and 1 seat is sold or in checkouts. 1 seat is sold or in checkouts; the public limit cannot be lower.',
    'It is 35 now, and 2 seats are sold or in checkouts. 2 seats are sold or in checkouts; the public limit cannot be lower.',
  ],
  [
    'a limit below what is sold, sent',
    (sold) => refusal({ pools: [aPool({ sold })] }, reduce(0)),
    '1 seat is sold or held; the limit cannot be lower',
    '2 seats are sold or held; the limit cannot be lower',
  ],
  [
    'the most that one email address may hold',
    (perEmail) => refusal({ limits: { perEmail } }, once, oneMore),
    'At most 1 seat can be held for one email address at a time. Pay for or give back what you hold',
    'At most 2 seats can be held for one email address at a time. Pay for or give back what you hold, or choose fewer',
  ],
  [
    'the most that one address may hold',
    (perAddress) => refusal({ limits: { perAddress } }, ...fromHome),
    'At most 1 seat can be held from one address at a time. Try again in some minutes',
    'At most 2 seats can be held from one address at a time. Choose fewer, or try again in some minutes',
  ],
  [
    'too few seats for a payment',
    (available) => tooFewSeats(available, { cityName: 'Dallas', tier: 'ga' }).message,
    'Only 1 GA seat is free in Dallas',
    'Only 2 GA seats are free in Dallas',
  ],
  [
    'seats that are held for a payment',
    (kept) => [paymentSeats.held(kept), paymentSeats.heldAmongThem(kept)].join(', '),
    '1 seat is held for this payment, with 1 that is held for this payment',
    '2 seats are held for this payment, with 2 that are held for this payment',
  ],
  [
    'what becomes of the seats of a payment',
    (count) =>
      [paymentSeats.becomeFree(count), paymentSeats.heldBecomeFree(count), paymentSeats.staySold(count)].join(
        ' ',
      ),
    '1 seat becomes free. 1 seat that was held for it becomes free. Its 1 seat stays sold.',
    '2 seats become free. 2 seats that were held for it become free. Its 2 seats stay sold.',
  ],
  [
    'seats of which a bank took the money of an unclear number',
    paymentSeats.lostOf,
    'What was paid for its seat then counts as lost.',
    'Say for how many of its 2 seats it was: their share of what was paid then counts as lost.',
  ],
  ['cities', cities, '1 city', '2 cities'],
  [
    'cities that were changed at once, or not',
    (total) => [partDone('expand', 0, total), partDone('reset', 1, total + 1)].join(' '),
    '0 of 1 city changed; see the results. 1 of 2 cities changed; see the results.',
    '0 of 2 cities changed; see the results. 1 of 3 cities changed; see the results.',
  ],
  [
    'cities that were alerted about, of which none was changed',
    (total) => partDone('alert', 0, total),
    'Alerts raised for 0 of 1 city; see the results.',
    'Alerts raised for 0 of 2 cities; see the results.',
  ],
  [
    'all seats',
    (limit) => left(limit, limit),
    '1 of 1 VIP seat is sold, 0 left.',
    '2 of 2 VIP seats are sold, 0 left.',
  ],
  [
    'few of the seats',
    (sold) => left(sold, 15),
    '1 of 15 VIP seats is sold, 14 left.',
    '2 of 15 VIP seats are sold, 13 left.',
  ],
  [
    'seats that were added',
    (limit) => added(limit),
    '0 of 1 VIP seat is sold.',
    '0 of 2 VIP seats are sold.',
  ],
])('%s', async (_, say, ofOne, ofTwo) => {
  expect([await say(1), await say(2)]).toEqual([ofOne, ofTwo])
})
