import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { DoneNotice } from '@/app/components/done-notice'
import { EventRecords } from '@/app/components/console/event-records'
import { ExceptionRecords } from '@/app/components/console/exception-records'
import { Facts } from '@/app/components/console/facts'
import { PaymentTag } from '@/app/components/console/payment-tags'
import { nothing, Records } from '@/app/components/console/records'
import { PageHeader } from '@/app/components/page-header'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { presentPayment } from '@/app/presenters/console/payments'
import { takeNotice } from '@/app/forms/console-notice'
import { notFound } from '@/app/web/not-found'
import { requirePrincipal } from '@/app/web/require-principal'

export const meta: MetaFunction = () => [{ title: 'Payment – Console' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const page = await presentPayment(params.paymentId ?? '')
  if (!page) throw notFound()
  const { notice, headers } = await takeNotice(request)
  return data({ ...page, notice }, { headers })
}

export default function Payment() {
  const page = useLoaderData<typeof loader>()
  useRevalidateEvery(15_000)
  const { city, refunds, ledger, events, exceptions } = page
  return (
    <div className="stack stack--loose">
      <PageHeader title="Payment" lead={<code>{page.id}</code>}>
        <p className="row">
          <PaymentTag state={page.state} dispute={page.dispute} />
          {page.stripeUrl && <a href={page.stripeUrl}>Open at Stripe</a>}
          {city && <Link to={`/admin/cities/${city.id}`}>{city.name}</Link>}
        </p>
      </PageHeader>
      <DoneNotice notice={page.notice} />
      <section className="panel" aria-labelledby="facts">
        <h2 id="facts">Money and seats</h2>
        <Facts facts={[...page.money, ...page.seats]} />
        <Facts facts={page.names} />
      </section>
      <Part title="Exceptions" isEmpty={exceptions.length === 0} empty="None. Nobody had to decide anything.">
        <ExceptionRecords rows={exceptions} />
      </Part>
      <Part title="Refunds" isEmpty={refunds.length === 0} empty="None.">
        <Records
          label="Refunds"
          rows={refunds}
          keyOf={({ id }) => id}
          columns={[
            { text: 'Refund', cell: ({ id }) => <code>{id}</code> },
            { text: 'Amount', isNumber: true, cell: ({ amount }) => amount },
            { text: 'State', cell: ({ status }) => status },
            { text: 'Made', cell: ({ created }) => <span className="figures">{created}</span> },
          ]}
        />
      </Part>
      <Part title="In the ledger" isEmpty={ledger.length === 0} empty="No seat was sold or given back.">
        <Records
          label="Ledger"
          rows={ledger}
          keyOf={({ id }) => id}
          columns={[
            { text: 'Operation', cell: ({ operation }) => operation },
            {
              text: 'Seats',
              isNumber: true,
              cell: ({ quantity }) => (quantity > 0 ? `+${quantity}` : quantity),
            },
            { text: 'Sold', isNumber: true, cell: ({ sold }) => sold },
            { text: 'Who', cell: ({ who }) => who || nothing },
            { text: 'When', cell: ({ at }) => <span className="figures">{at}</span> },
          ]}
        />
      </Part>
      <Part title="Events" isEmpty={events.length === 0} empty="None.">
        <EventRecords events={events} ofOnePayment />
      </Part>
    </div>
  )
}

function Part(props: { title: string; isEmpty: boolean; empty: string; children: ReactNode }) {
  const id = props.title.toLowerCase().replaceAll(' ', '-')
  return (
    <section className="stack" aria-labelledby={id}>
      <h2 id={id}>{props.title}</h2>
      {props.isEmpty ? <p className="muted">{props.empty}</p> : props.children}
    </section>
  )
}
