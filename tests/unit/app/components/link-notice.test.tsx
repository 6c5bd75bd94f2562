import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { LinkNotice } from '@/app/components/link-notice'
import type { LinkOnPage } from '@/app/presenters/private-link'
import type { SaleState } from '@/lib/cities'

const link: LinkOnPage = {
  state: 'open',
  token: 't',
  tier: 'vip',
  seatsLeft: 2,
  ownSeats: 0,
  isForOneAddress: true,
  goodUntil: 'January 17 at 7:32 PM CST',
}

function notice(saleState: SaleState, of: LinkOnPage = link): string {
  return renderToStaticMarkup(<LinkNotice link={of} saleState={saleState} />)
}

test('a link on sale says what it buys, for whom and until when', () => {
  const shown = notice('on_sale')
  expect(shown).toContain('Your link: up to 2 seats, VIP')
  expect(shown).toContain('With it you can buy VIP seats')
  expect(shown).toContain('Enter the email address that the link was sent to.')
  expect(shown).toContain('Good until January 17 at 7:32 PM CST.')
})

test.each(['upcoming', 'paused'] as const)('a link promises nothing that the page refuses: %s', (state) => {
  const shown = notice(state)
  expect(shown).toContain('It can be used once seats are on sale. Good until January 17 at 7:32 PM CST.')
  expect(shown).toContain('notice--info')
  expect(shown).not.toMatch(/you can buy|Enter the email/)
  expect(notice(state, { state: 'over' })).not.toContain('You can still buy')
})

test('where sales are closed no link is good for anything', () => {
  expect(notice('closed')).toBe('')
  expect(notice('closed', { state: 'over' })).toBe('')
})
