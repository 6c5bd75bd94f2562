import { seats } from '@/app/format/seats'
import { tierNames } from '@/app/format/tiers'
import type { LinkOnPage } from '@/app/presenters/private-link'
import type { SaleState } from '@/lib/cities'
import { Notice } from './notice'

/** What a private link is good for, and until when. Nothing where seats are no longer sold at all. */
export function LinkNotice({ link, saleState }: { link: LinkOnPage; saleState: SaleState }) {
  if (saleState === 'closed') return null
  const isOnSale = saleState === 'on_sale'
  if (link.state === 'over') {
    return (
      <Notice meaning="warn" title="This link is not valid any more">
        <p>
          {isOnSale
            ? 'You can still buy what is on sale for everybody. For more, ask whoever sent you the link.'
            : 'Ask whoever sent you the link for another one.'}
        </p>
      </Notice>
    )
  }
  const { tier, seatsLeft, isForOneAddress, goodUntil } = link
  if (seatsLeft === 0) {
    return (
      <Notice meaning="warn" title={`${tierNames[tier].short} seats of this link are gone`}>
        <p>Seats come back when somebody leaves a checkout. Ask whoever sent you the link.</p>
      </Notice>
    )
  }
  const title = `Your link: up to ${seats(seatsLeft)}, ${tierNames[tier].short}`
  const until = `Good until ${goodUntil}.`
  if (!isOnSale) {
    return (
      <Notice title={title}>
        <p>{`It can be used once seats are on sale. ${until}`}</p>
      </Notice>
    )
  }
  const address = isForOneAddress ? ' Enter the email address that the link was sent to.' : ''
  return (
    <Notice meaning="good" title={title}>
      <p>
        {`With it you can buy ${tierNames[tier].short} seats that are not on sale for everybody.${address} ${until}`}
      </p>
    </Notice>
  )
}
