import { SeatBar } from '@/app/components/console/seat-bar'
import { LiveNumber, withCommas } from '@/app/components/live-number'
import { tierNames } from '@/app/format/tiers'
import { bothTiers, type SeatNumbers, soldShare } from '@/app/presenters/console/seat-numbers'
import { type PerTier, tiers } from '@/lib/tier'

/** The whole tour in four numbers, and how much of each tier is sold. */
export function Totals({ totals, cityCount }: { totals: PerTier<SeatNumbers>; cityCount: number }) {
  const all = bothTiers(totals)
  const numbers = [
    { name: 'Sold', value: all.sold, note: `of ${withCommas(all.limit)} seats` },
    { name: 'In checkouts', value: all.held, note: 'may come back' },
    { name: 'Public left', value: all.publicLeft, note: 'customers see these' },
    { name: 'Hidden left', value: all.hiddenLeft, note: 'only we see these' },
  ]
  return (
    <section aria-labelledby="totals" className="stack">
      <h2 id="totals">{cityCount === 1 ? 'One city' : `All ${withCommas(cityCount)} cities`}</h2>
      <dl className="totals">
        {numbers.map(({ name, value, note }) => (
          <div className="totals__one" key={name}>
            <dt className="muted">{name}</dt>
            <dd>
              <span className="totals__number">
                <LiveNumber value={value} />
              </span>
              <span className="small muted">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
      <ul className="shares">
        {tiers.map((tier) => (
          <li key={tier} className="shares__tier">
            <span>{tierNames[tier].short}</span>
            <SeatBar figures={totals[tier]} />
            <span className="figures shares__number">
              {soldShare(totals[tier])} sold
              <span className="visually-hidden">
                , {withCommas(totals[tier].sold)} of {withCommas(totals[tier].limit)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <SeatBarKey />
    </section>
  )
}

/** What the parts of a seat bar mean. */
export function SeatBarKey() {
  return (
    <ul className="seat-key small muted">
      {keys.map(([name, text]) => (
        <li key={name}>
          <span className={`seat-key__swatch seat-key__swatch--${name}`} />
          {text}
        </li>
      ))}
    </ul>
  )
}

const keys = [
  ['sold', 'Sold'],
  ['held', 'In checkouts'],
  ['public', 'Public left'],
  ['hidden', 'Hidden left'],
] as const
