import { Link } from '@remix-run/react'
import { nothing, Records } from '@/app/components/console/records'
import type { LedgerRowView } from '@/app/presenters/console/ledger-rows'

/** Rows of a city's ledger, newest first. */
export function LedgerTable({ label, rows }: { label: string; rows: readonly LedgerRowView[] }) {
  return (
    <Records
      label={label}
      rows={rows}
      keyOf={(row) => row.id}
      columns={[
        { text: 'When', cell: (row) => <span className="figures">{row.at}</span> },
        { text: 'What', cell: (row) => `${row.operation}, ${row.tier}` },
        { text: 'Seats', isNumber: true, cell: (row) => row.change },
        { text: 'Effect', cell: (row) => <Effect row={row} /> },
        { text: 'Who', cell: (row) => (row.who || row.reason ? <Who row={row} /> : nothing) },
        { text: 'Payment', cell: ({ payment }) => (payment ? <Payment payment={payment} /> : nothing) },
      ]}
    />
  )
}

function Effect({ row }: { row: LedgerRowView }) {
  const effects = [
    row.sold && `sold ${row.sold}`,
    row.limit && `limit ${row.limit}`,
    row.publicLimit && `public limit ${row.publicLimit}`,
  ].filter(Boolean)
  return (
    <span className="stack stack--tight figures">
      <span>{effects.join(', ') || nothing}</span>
      {row.inverse && <Link to={row.inverse.to}>{row.inverse.text}</Link>}
    </span>
  )
}

function Who({ row: { who, reason } }: { row: LedgerRowView }) {
  return (
    <span className="stack stack--tight">
      {who && <span>{who}</span>}
      {reason && <span className="small muted">{reason}</span>}
    </span>
  )
}

function Payment({ payment }: { payment: NonNullable<LedgerRowView['payment']> }) {
  const shown = payment.intentId ?? payment.sessionId ?? payment.id
  return (
    <Link to={`/admin/payments/${encodeURIComponent(payment.id)}`} className="small">
      {shown.length > 24 ? `${shown.slice(0, 24)}…` : shown}
    </Link>
  )
}
