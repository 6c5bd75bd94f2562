import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { DoneNotice } from '@/app/components/done-notice'
import { EventRecords } from '@/app/components/console/event-records'
import { FilterForm } from '@/app/components/console/filter-form'
import { HoldRecords } from '@/app/components/console/hold-records'
import { OlderLink } from '@/app/components/console/older-link'
import { PaymentRecords } from '@/app/components/console/payment-records'
import { PaymentsNav } from '@/app/components/console/payments-nav'
import { RowCount } from '@/app/components/console/row-count'
import { EmptyState } from '@/app/components/empty-state'
import { SelectField, TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { presentPayments } from '@/app/presenters/console/payments'
import { takeNotice } from '@/app/forms/console-notice'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { eventStates } from '@/lib/stripe/read-events'

export const meta: MetaFunction = () => [{ title: 'Payments – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const { notice, headers } = await takeNotice(request)
  const page = await presentPayments({
    state: eventStates.find((state) => state === query.get('state')),
    search: query.get('search') ?? '',
    cursor: query.get('cursor') ?? undefined,
    paymentsCursor: query.get('payments') ?? undefined,
  })
  return data({ ...page, mayOperate: may(principal, 'operate'), notice }, { headers })
}

export default function Payments() {
  const page = useLoaderData<typeof loader>()
  const { notice, search, state, payments, paymentsNext, holds, events, nextCursor } = page
  const isFiltered = search !== '' || state !== ''
  return (
    <div className="stack stack--loose">
      <PageHeader title="Payments" lead="What Stripe told us, and what became of it.">
        <p className="row">
          <a href={csvPath(search)} download>
            {search === '' ? 'All payments as CSV' : 'These payments as CSV'}
          </a>
        </p>
      </PageHeader>
      <DoneNotice notice={notice} />
      <PaymentsNav current="all" />
      <FilterForm
        wanted={{ search, state }}
        button="Find"
        whole={isFiltered && { to: '/admin/payments', text: 'Clear' }}
      >
        <TextField
          id="search"
          name="search"
          type="search"
          label="Find"
          hint="Session, payment intent, reservation, refund, event or email address, in full"
          defaultValue={search}
          maxLength={255}
        />
        <SelectField id="state" name="state" label="Events" defaultValue={state}>
          <option value="">All</option>
          <option value="received">Waiting</option>
          <option value="processed">Processed</option>
          <option value="ignored">Ignored</option>
        </SelectField>
      </FilterForm>
      <RowCount
        count={(payments ?? events).length}
        one={payments ? 'payment' : 'event'}
        hasOlder={(payments ? paymentsNext : nextCursor) !== null}
      />
      {holds.length > 0 && (
        <section className="stack" aria-labelledby="in-checkouts">
          <h2 id="in-checkouts">In checkouts</h2>
          <HoldRecords
            label="In checkouts"
            rows={holds}
            mayOperate={page.mayOperate}
            first={{
              text: 'City',
              cell: ({ cityId, cityName }) => <Link to={`/admin/cities/${cityId}#holds`}>{cityName}</Link>,
            }}
          />
          {page.hasMoreHolds && <p className="small muted">These are the {holds.length} that end first.</p>}
        </section>
      )}
      {payments && (
        <section className="stack" aria-labelledby="payments-found">
          <h2 id="payments-found">Payments found</h2>
          {payments.length === 0 ? (
            <p className="muted">
              {holds.length > 0
                ? 'No payment fits yet.'
                : 'No payment fits. Enter the whole email address or id; a part finds nothing.'}
            </p>
          ) : (
            <PaymentRecords rows={payments} />
          )}
          {paymentsNext !== null && (
            <p className="small muted">The events below are those of these payments alone.</p>
          )}
          <OlderLink cursor={paymentsNext} param="payments" label="Pages of payments" />
        </section>
      )}
      <section className="stack" aria-labelledby="events">
        <h2 id="events">Events</h2>
        {events.length === 0 ? (
          <EmptyState title={isFiltered ? 'No event fits' : 'No event yet'}>
            <p>
              {isFiltered
                ? 'Change what you look for.'
                : 'Stripe reports here what happens in its checkout, once its webhook points to us.'}
            </p>
          </EmptyState>
        ) : (
          <EventRecords events={events} />
        )}
        <OlderLink cursor={nextCursor} />
      </section>
    </div>
  )
}

/** Which of the events are shown says nothing of the payments. */
function csvPath(search: string): string {
  return `/admin/payments.csv${search === '' ? '' : `?${new URLSearchParams({ search }).toString()}`}`
}
