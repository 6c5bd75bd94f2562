import { Link } from '@remix-run/react'
import { changePath } from '@/app/changes/change'
import { Records } from '@/app/components/console/records'
import { StatusTag } from '@/app/components/status-tag'
import type { CityPage, HoldRow } from '@/app/presenters/console/city-page'

/** Seats in somebody's checkout, those that end first come first. */
export function Holds({
  cityId,
  holds,
  mayOperate,
}: {
  cityId: string
  holds: CityPage['holds']
  mayOperate: boolean
}) {
  const { rows, total } = holds
  return (
    <section className="stack" aria-labelledby="holds">
      <h2 id="holds">In checkouts now</h2>
      {rows.length === 0 ? (
        <p className="muted">Nobody is buying at the moment.</p>
      ) : (
        <Records
          label="In checkouts now"
          rows={rows}
          keyOf={(row) => row.reservationId}
          columns={[
            { text: 'Seats', cell: (row) => `${row.quantity} ${row.tier}` },
            { text: 'Buyer', cell: (row) => row.buyer ?? <span className="muted">not known</span> },
            { text: 'Since', cell: (row) => <span className="figures">{row.since}</span> },
            { text: 'Time left', cell: (row) => <TimeLeft row={row} /> },
            ...(mayOperate
              ? [{ text: 'Action', cell: (row: HoldRow) => <Release cityId={cityId} row={row} /> }]
              : []),
          ]}
        />
      )}
      {total > rows.length && (
        <p className="small muted">
          These are {rows.length} of {total}.
        </p>
      )}
    </section>
  )
}

function TimeLeft({ row }: { row: HoldRow }) {
  if (row.isAwaiting) return <StatusTag meaning="info">Payment on its way</StatusTag>
  return (
    <span className="figures">
      {row.left} <span className="muted">until {row.until}</span>
    </span>
  )
}

function Release({ cityId, row }: { cityId: string; row: HoldRow }) {
  if (row.isAwaiting) return <span className="muted">–</span>
  return (
    <Link to={changePath(cityId, 'release', { reservation: row.reservationId })}>
      Release
      <span className="visually-hidden">
        {' '}
        {row.quantity} {row.tier}
      </span>
    </Link>
  )
}
