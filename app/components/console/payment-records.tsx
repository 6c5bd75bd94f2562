import { Link } from '@remix-run/react'
import type { PaymentRow } from '@/app/presenters/console/payments'
import { Breakable } from './breakable'
import { PaymentTag } from './payment-tags'
import { nothing, Records } from './records'

export function PaymentRecords({ rows }: { rows: readonly PaymentRow[] }) {
  return (
    <Records
      label="Payments"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          text: 'Payment',
          cell: ({ id }) => (
            <Link to={`/admin/payments/${encodeURIComponent(id)}`}>
              <code>{id}</code>
            </Link>
          ),
        },
        { text: 'State', cell: ({ state, dispute }) => <PaymentTag state={state} dispute={dispute} /> },
        { text: 'Seats', cell: ({ seats }) => seats || nothing },
        {
          text: 'Paid',
          isNumber: true,
          cell: ({ amount, refunded }) => (
            <>
              {amount}
              {refunded && <span className="small muted"> ({refunded} refunded)</span>}
            </>
          ),
        },
        { text: 'Email', cell: ({ email }) => (email === null ? nothing : <Breakable text={email} />) },
        { text: 'First heard of', cell: ({ created }) => <span className="figures">{created}</span> },
      ]}
    />
  )
}
