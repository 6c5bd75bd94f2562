import { Link } from '@remix-run/react'
import type { EventRow } from '@/app/presenters/console/payments'
import { Breakable } from './breakable'
import { EventTag } from './payment-tags'
import { type Column, nothing, Records } from './records'

/** Stripe's events and what became of each. */
export function EventRecords({
  events,
  ofOnePayment = false,
}: {
  events: readonly EventRow[]
  /** They stand on its page, so that none of them has to lead there. */
  ofOnePayment?: boolean
}) {
  return (
    <Records
      label="Stripe's events"
      rows={events}
      keyOf={({ id }) => id}
      columns={[
        {
          text: 'Event',
          cell: ({ type }) => (
            <code>
              <Breakable text={type} />
            </code>
          ),
        },
        { text: 'State', cell: ({ state }) => <EventTag state={state} /> },
        { text: 'Outcome', cell: ({ outcome }) => outcome || nothing },
        { text: 'Came in', cell: ({ received }) => <span className="figures">{received}</span> },
        ...(ofOnePayment ? [] : [payment]),
        { text: 'Id', cell: ({ id }) => <code className="small">{id}</code> },
      ]}
    />
  )
}

const payment: Column<EventRow> = {
  text: 'Payment',
  cell: ({ paymentId, email }) =>
    paymentId === null ? (
      nothing
    ) : (
      <Link
        to={`/admin/payments/${encodeURIComponent(paymentId)}`}
        aria-label={email === null ? `Open ${paymentId}` : undefined}
      >
        {email === null ? 'Open' : <Breakable text={email} />}
      </Link>
    ),
}
