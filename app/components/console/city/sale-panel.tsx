import { changePath } from '@/app/changes/change'
import { ButtonLink } from '@/app/components/button'
import { saleStateWords } from '@/app/format/sale-states'
import type { CityHead } from '@/app/presenters/console/city-page'
import type { SaleState } from '@/lib/cities'

/** Whether the city sells, and how to change that. */
export function SalePanel({ city }: { city: CityHead }) {
  return (
    <section className="panel panel--row" aria-labelledby="sale">
      <h2 id="sale">Sale: {saleStateWords[city.saleState].toLowerCase()}</h2>
      <div className="row">
        {next[city.saleState].map(({ to, text }) => (
          <ButtonLink key={to} to={changePath(city.id, 'sale-state', { to })} look="quiet">
            {text}
          </ButtonLink>
        ))}
      </div>
    </section>
  )
}

const open = { to: 'on_sale', text: 'Open the sale' }
const pause = { to: 'paused', text: 'Pause the sale' }
const close = { to: 'closed', text: 'Close the sale' }
const takeBack = { to: 'upcoming', text: 'Take it back to “not on sale yet”' }

const next: Record<SaleState, { to: string; text: string }[]> = {
  upcoming: [open, close],
  on_sale: [pause, close, takeBack],
  paused: [{ ...open, text: 'Go on selling' }, close, takeBack],
  closed: [{ ...open, text: 'Open it again' }, takeBack],
}
