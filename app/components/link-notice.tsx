import { seats } from '@/app/format/seats'
import { tierNames } from '@/app/format/tiers'
import type { LinkOnPage } from '@/app/presenters/private-link'
import { Notice } from './notice'

/** What a private link is good for. */
export function LinkNotice({ link }: { link: LinkOnPage }) {
  if (link.state === 'over') {
    return (
      <Notice meaning="warn" title="This link is not valid any more">
        <p>You can still buy what is on sale for everybody. For more, ask whoever sent you the link.</p>
      </Notice>
    )
  }
  const { tier, seatsLeft, isForOneAddress } = link
  if (seatsLeft === 0) {
    return (
      <Notice meaning="warn" title={`${tierNames[tier].short} seats of this link are gone`}>
        <p>Seats come back when somebody leaves a checkout. Ask whoever sent you the link.</p>
      </Notice>
    )
  }
  return (
    <Notice meaning="good" title={`Your link: up to ${seats(seatsLeft)}, ${tierNames[tier].short}`}>
      <p>
        With it you can buy {tierNames[tier].short} seats that are not on sale for everybody.
        {isForOneAddress && ' Enter the email address that the link was sent to.'}
      </p>
    </Notice>
  )
}
