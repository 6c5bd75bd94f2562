import { changePath } from '@/app/changes/change'
import { ButtonLink } from '@/app/components/button'
import { Facts } from '@/app/components/console/facts'
import { SeatBar } from '@/app/components/console/seat-bar'
import { LiveNumber, withCommas } from '@/app/components/live-number'
import { StatusTag } from '@/app/components/status-tag'
import { tierNames } from '@/app/format/tiers'
import type { CityPage } from '@/app/presenters/console/city-page'
import { type CityNumbers, soldShare } from '@/app/presenters/console/seat-numbers'
import type { Tier } from '@/lib/tier'

/** One tier's numbers, and what can be done about them. */
export function TierPanel({
  tier,
  numbers,
  facts,
  mayOperate,
}: {
  tier: Tier
  numbers: CityNumbers
  facts: CityPage['tiers'][Tier]
  mayOperate: boolean
}) {
  const figures = numbers[tier]
  const { hiddenSale, level, forecast } = facts
  const to = (change: string, query = {}) => changePath(numbers.cityId, change, { tier, ...query })
  return (
    <section className="panel" aria-labelledby={`tier-${tier}`}>
      <div className="tier-panel__head">
        <h2 id={`tier-${tier}`}>{tierNames[tier].long}</h2>
        {level && (
          <StatusTag meaning={levelMeanings[level.key]} icon={level.key === 'sold_out' ? undefined : 'warn'}>
            {level.name}
          </StatusTag>
        )}
      </div>
      <p className="tier-panel__sold">
        <span className="totals__number">
          <LiveNumber value={figures.sold} />
        </span>
        <span className="muted figures">
          sold of {withCommas(figures.limit)} ({soldShare(figures)})
        </span>
      </p>
      <SeatBar figures={figures} />
      <dl className="tier-panel__numbers">
        <Number name="In checkouts" value={figures.held} />
        <Number name="Public left" value={figures.publicLeft} />
        <Number name="Hidden left" value={figures.hiddenLeft} />
      </dl>
      <Facts
        facts={[
          ['Public limit', String(figures.publicLimit)],
          [
            'Hidden seats sell',
            hiddenSale === 'open' ? 'to everybody, after the public ones' : 'by private link alone',
          ],
          [
            'Likely sold out',
            forecast && `${forecast.likely}, at ${forecast.pace}. Range: ${forecast.range}`,
          ],
        ]}
      />
      {mayOperate && (
        <div className="row">
          <ButtonLink to={to('expand')}>Add {tierNames[tier].short} seats</ButtonLink>
          <ButtonLink to={to('reduce')} look="quiet">
            Take seats away
          </ButtonLink>
          <ButtonLink to={to('relimit')} look="quiet">
            Change the public limit
          </ButtonLink>
          <ButtonLink to={to('hidden-sale', { to: hiddenSale === 'open' ? 'private' : 'open' })} look="quiet">
            {hiddenSale === 'open' ? 'Keep hidden seats private' : 'Open hidden seats'}
          </ButtonLink>
        </div>
      )}
    </section>
  )
}

function Number({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt className="small muted">{name}</dt>
      <dd className="tier-panel__number">
        <LiveNumber value={value} />
      </dd>
    </div>
  )
}

const levelMeanings = {
  low: 'info',
  monitor: 'info',
  active: 'info',
  critical: 'warn',
  emergency: 'bad',
  sold_out: 'plain',
} as const
