import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { OlderLink } from '@/app/components/console/older-link'
import { PaymentRecords } from '@/app/components/console/payment-records'
import { PaymentsNav } from '@/app/components/console/payments-nav'
import { EmptyState } from '@/app/components/empty-state'
import { PageHeader } from '@/app/components/page-header'
import { presentDisputed } from '@/app/presenters/console/payments'
import { requirePrincipal } from '@/app/web/require-principal'

export const meta: MetaFunction = () => [{ title: 'Disputed payments – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  return presentDisputed(new URL(request.url).searchParams.get('cursor') ?? undefined)
}

export default function DisputedPayments() {
  const { payments, nextCursor } = useLoaderData<typeof loader>()
  return (
    <div className="stack stack--loose">
      <PageHeader
        title="Disputed payments"
        lead="A customer’s bank wants the money back. Each is answered in Stripe’s dashboard, which says until when."
      >
        <p className="row">
          <a href="/admin/payments/disputed.csv" download>
            All of them as CSV
          </a>
        </p>
      </PageHeader>
      <PaymentsNav current="disputed" />
      {payments.length === 0 ? (
        <EmptyState title="None is open">
          <p>No bank disputes a payment now.</p>
        </EmptyState>
      ) : (
        <PaymentRecords rows={payments} />
      )}
      <OlderLink cursor={nextCursor} />
    </div>
  )
}
