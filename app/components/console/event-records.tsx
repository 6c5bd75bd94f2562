import { Link } from '@remix-run/react'
import type { EventRow } from '@/app/presenters/console/payments'
import { EventTag } from './payment-tags'
import { Records } from './records'

/** Stripe's events and what became of each. */
export function EventRecords({ events }: { events: readonly EventRow[] }) {
  return (
    <Records
      label="Stripe's events"
      rows={events}
      keyOf={({ id }) => id}
      columns={[
        { text: 'Event', cell: ({ type }) => <code>{type}</code> },
        { text: 'State', cell: ({ state }) => <EventTag state={state} /> },
        { text: 'Outcome', cell: ({ outcome }) => outcome || '–' },
        { text: 'Came in', cell: ({ received }) => <span className="figures">{received}</span> },
        {
          text: 'Payment',
          cell: ({ paymentId, type }) =>
            paymentId === null ? (
              '–'
            ) : (
              <Link to={`/admin/payments/${encodeURIComponent(paymentId)}`} aria-label={`Payment of ${type}`}>
                Open
              </Link>
            ),
        },
        { text: 'Id', cell: ({ id }) => <code className="small">{id}</code> },
      ]}
    />
  )
}
