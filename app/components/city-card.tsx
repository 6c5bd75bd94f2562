import { Link } from '@remix-run/react'
import { formatMoney } from '@/lib/money'
import { canBuy, tierState } from '@/app/format/seats'
import { tierNames } from '@/app/format/tiers'
import type { CityCardModel } from '@/app/presenters/city-list'
import type { PublicStock } from '@/lib/inventory/public-stock'
import { tiers } from '@/lib/tier'
import { StatusTag } from './status-tag'
import { StockFigure } from './stock-figure'

/** One city in the list: when, where, how many seats are left. */
export function CityCard({ city, stock }: { city: CityCardModel; stock: PublicStock | undefined }) {
  const isSoldOut = stock?.isPublicSoldOut ?? false
  const figures = tiers.map((tier) => {
    const left = stock?.publicAvailable[tier] ?? 0
    const { saleState, hasLastSeats } = city
    const state = tierState({ saleState, left, hasLastSeats: hasLastSeats[tier], isSoldOut })
    return { tier, left, state, limit: stock?.publicLimits[tier] ?? 0 }
  })
  const isOpen = figures.some(({ state }) => canBuy(state))
  return (
    <article className="city-card">
      <header className="stack stack--tight">
        <h2 className="city-card__name">
          <Link to={`/cities/${city.id}`}>{city.name}</Link>
        </h2>
        <p className="figures">{city.days}</p>
        <p className="muted">{city.venue}</p>
      </header>
      {city.saleState === 'on_sale' ? (
        <dl className="city-card__figures">
          {figures.map(({ tier, left, state, limit }) => (
            <div className="stack stack--tight" key={tier}>
              <dt className="small muted">{tierNames[tier].full}</dt>
              <dd>
                <StockFigure state={state} left={left} limit={limit} size="compact" />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <div />
      )}
      <footer className="city-card__foot">
        <span className="figures">From {formatMoney(city.from.amountCents, city.from.currency)}</span>
        <CardState city={city} isOpen={isOpen} isSoldOut={isSoldOut} />
      </footer>
    </article>
  )
}

function CardState(props: { city: CityCardModel; isOpen: boolean; isSoldOut: boolean }) {
  const { city, isOpen, isSoldOut } = props
  switch (city.saleState) {
    case 'upcoming':
      return (
        <StatusTag meaning="info" icon="clock">
          Not on sale yet
        </StatusTag>
      )
    case 'paused':
      return (
        <StatusTag meaning="warn" icon="clock">
          Sales paused
        </StatusTag>
      )
    case 'closed':
      return <StatusTag meaning="plain">Sales closed</StatusTag>
    case 'on_sale':
      if (!isOpen && isSoldOut) return <StatusTag meaning="plain">Sold out</StatusTag>
      if (!isOpen) {
        return (
          <StatusTag meaning="plain" icon="clock">
            Seats may come back
          </StatusTag>
        )
      }
      return city.isPast ? (
        <StatusTag meaning="plain" icon="clock">
          Date has passed
        </StatusTag>
      ) : (
        <span className="city-card__go" aria-hidden="true">
          Choose seats
        </span>
      )
  }
}
