import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ActionBar } from '@/app/components/action-bar'
import type { OwnHold } from '@/app/presenters/ticket-page'

const hold: OwnHold = {
  reservationId: 'r1',
  cityId: 'dallas',
  tier: 'ga',
  quantity: 2,
  until: '2:32 PM CST',
  endsAt: new Date('2026-01-17T20:32:00Z'),
  cityClock: '2026-01-17 14:32',
  secondsLeft: 600,
  payUrl: null,
}

/** As the server writes it: before any script, or without. */
function bar(held: OwnHold | null): string {
  return renderToStaticMarkup(<ActionBar chosen={undefined} quantity={1} hold={held} isSending={false} />)
}

test('what the button gives up stands above it, and is read with it', () => {
  const [, described = 'nothing'] = /<button[^>]* aria-describedby="([^"]+)"/.exec(bar(hold)) ?? []
  expect(bar(hold)).toContain(`id="${described}">This replaces the 2 GA seats you hold.</p><button`)
})

test('without a hold the button says all there is', () => {
  expect(bar(null)).not.toMatch(/replaces|aria-describedby/)
})
