import { Link } from '@remix-run/react'
import { changePath } from '@/app/changes/change'
import { Sparkline } from '@/app/components/charts/sparkline'
import { SaleStateTag } from '@/app/components/console/sale-state-tag'
import { SeatBar } from '@/app/components/console/seat-bar'
import { LiveNumber, withCommas } from '@/app/components/live-number'
import { tierNames } from '@/app/format/tiers'
import type { CityRow } from '@/app/presenters/console/city-rows'
import { type CityNumbers, soldShare } from '@/app/presenters/console/seat-numbers'
import { type Tier, tiers } from '@/lib/tier'

/**
 * Each city and tier with all its numbers. On a narrow page each city becomes a card, which takes the table's
 * meaning away from browsers; so the roles are written out.
 */
export function CityTable({
  rows,
  stock,
  mayOperate,
}: {
  rows: readonly CityRow[]
  stock: readonly CityNumbers[]
  mayOperate: boolean
}) {
  const live = new Map(stock.map((one) => [one.cityId, one]))
  return (
    <table className="city-table" role="table" aria-label="Cities">
      <thead role="rowgroup">
        <tr role="row">
          {[...columns, ...(mayOperate ? [actions] : [])].map(({ text, isNumber }) => (
            <th key={text} scope="col" role="columnheader" className={isNumber ? 'number' : undefined}>
              {text}
            </th>
          ))}
        </tr>
      </thead>
      {rows.map((row) => (
        <CityRows key={row.id} row={row} numbers={live.get(row.id) ?? row.numbers} mayOperate={mayOperate} />
      ))}
    </table>
  )
}

const columns = [
  { text: 'City', isNumber: false },
  { text: 'Tier', isNumber: false },
  { text: 'Sold', isNumber: true },
  { text: 'In checkouts', isNumber: true },
  { text: 'Public left', isNumber: true },
  { text: 'Hidden left', isNumber: true },
  { text: 'Sell-through', isNumber: false },
  { text: 'Last 14 days', isNumber: false },
  { text: 'Last sale', isNumber: false },
  { text: 'Likely sold out', isNumber: false },
]
const actions = { text: 'Action', isNumber: false }

interface CityRowsProps {
  row: CityRow
  numbers: CityNumbers
  mayOperate: boolean
}

function CityRows({ row, numbers, mayOperate }: CityRowsProps) {
  return (
    <tbody role="rowgroup" className="city-table__city">
      {tiers.map((tier, index) => (
        <tr key={tier} role="row">
          {index === 0 && (
            <th scope="rowgroup" role="rowheader" rowSpan={tiers.length} className="city-table__name">
              <span className="city-table__id">
                <Link to={`/admin/cities/${row.id}`}>{row.name}</Link>
                <span className="small muted figures">{row.days}</span>
                <SaleStateTag state={row.saleState} isSoldOut={numbers.isSoldOut} />
              </span>
            </th>
          )}
          <TierCells row={row} numbers={numbers} mayOperate={mayOperate} tier={tier} />
        </tr>
      ))}
    </tbody>
  )
}

function TierCells({ row, numbers, mayOperate, tier }: CityRowsProps & { tier: Tier }) {
  const figures = numbers[tier]
  const { spark, lastSale, forecast } = row.tiers[tier]
  return (
    <>
      <td role="cell" className="city-table__tier">
        {tierNames[tier].short}
      </td>
      <td role="cell" className="number" data-label="Sold">
        <span className="city-table__sold">
          <LiveNumber value={figures.sold} />
        </span>
        <span className="muted"> of {withCommas(figures.limit)}</span>
      </td>
      <td role="cell" className="number" data-label="In checkouts">
        <LiveNumber value={figures.held} />
      </td>
      <td role="cell" className="number" data-label="Public left">
        <LiveNumber value={figures.publicLeft} />
      </td>
      <td role="cell" className="number" data-label="Hidden left">
        <LiveNumber value={figures.hiddenLeft} />
      </td>
      <td role="cell" data-label="Sell-through">
        <span className="city-table__share">
          <SeatBar figures={figures} />
          <span className="figures">{soldShare(figures)}</span>
        </span>
      </td>
      <td role="cell" data-label="Last 14 days">
        <Sparkline values={spark} />
      </td>
      <td role="cell" className="small" data-label="Last sale">
        {lastSale ?? <span className="muted">none yet</span>}
      </td>
      <td role="cell" className="small figures" data-label="Likely sold out">
        {forecast ? (
          <>
            {forecast.likely} <span className="city-table__range muted">{forecast.range}</span>
          </>
        ) : (
          <span className="muted">–</span>
        )}
      </td>
      {mayOperate && (
        <td role="cell" className="small city-table__action">
          <Link to={changePath(row.id, 'expand', { tier })}>
            Add seats{' '}
            <span className="visually-hidden">
              for {tierNames[tier].short} in {row.name}
            </span>
          </Link>
        </td>
      )}
    </>
  )
}
