import { Link } from '@remix-run/react'
import { changePath } from '@/app/changes/change'
import { StatusTag } from '@/app/components/status-tag'
import type { HoldRow } from '@/app/presenters/console/hold-rows'
import { type Column, nothing, Records } from './records'

/** Seats in checkouts, each with the way to take it back for those who may. */
export function HoldRecords<Row extends HoldRow>({
  label,
  rows,
  mayOperate,
  first,
}: {
  label: string
  rows: readonly Row[]
  mayOperate: boolean
  /** What names a row besides its seats. */
  first?: Column<Row>
}) {
  return (
    <Records
      label={label}
      rows={rows}
      keyOf={(row) => row.reservationId}
      columns={[
        ...(first ? [first] : []),
        { text: 'Seats', cell: (row) => `${row.quantity} ${row.tier}` },
        { text: 'Buyer', cell: (row) => row.buyer ?? <span className="muted">not known</span> },
        { text: 'Since', cell: (row) => <span className="figures">{row.since}</span> },
        { text: 'Time left', cell: (row) => <TimeLeft row={row} /> },
        ...(mayOperate
          ? [{ text: 'Action', cell: (row: Row) => (row.isAwaiting ? nothing : <Release row={row} />) }]
          : []),
      ]}
    />
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

function Release({ row }: { row: HoldRow }) {
  return (
    <Link to={changePath(row.cityId, 'release', { reservation: row.reservationId })}>
      Release
      <span className="visually-hidden">
        {' '}
        {row.quantity} {row.tier}
      </span>
    </Link>
  )
}
