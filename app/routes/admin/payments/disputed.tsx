import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { PaymentRecords } from '@/app/components/console/payment-records'
import { PaymentsNav } from '@/app/components/console/payments-nav'
import { EmptyState } from '@/app/components/empty-state'
import { PageHeader } from '@/app/components/page-header'
import { presentDisputed } from '@/app/presenters/console/payments'
import { requirePrincipal } from '@/app/web/require-principal'

export const meta: MetaFunction = () => [{ title: 'Disputed payments – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  return presentDisputed()
}

export default function DisputedPayments() {
  const { payments, hasOlder } = useLoaderData<typeof loader>()
  return (
    <div className="stack stack--loose">
      <PageHeader
        title="Disputed payments"
        lead="A customer’s bank wants the money back. Each is answered in Stripe’s dashboard, which says until when."
      />
      <PaymentsNav current="disputed" />
      {payments.length === 0 ? (
        <EmptyState title="None is open">
          <p>No bank disputes a payment now.</p>
        </EmptyState>
      ) : (
        <PaymentRecords rows={payments} />
      )}
      {hasOlder && <p className="small muted">These are the newest {payments.length}.</p>}
    </div>
  )
}
