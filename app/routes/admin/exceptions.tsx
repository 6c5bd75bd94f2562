import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { DoneNotice } from '@/app/components/done-notice'
import { ExceptionRecords } from '@/app/components/console/exception-records'
import { NoExceptions } from '@/app/components/console/no-exceptions'
import { OlderLink } from '@/app/components/console/older-link'
import { SubNav } from '@/app/components/console/sub-nav'
import { PageHeader } from '@/app/components/page-header'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { presentExceptions } from '@/app/presenters/console/exceptions'
import { takeNotice } from '@/app/forms/console-notice'
import { requirePrincipal } from '@/app/web/require-principal'
import { readRowNumber } from '@/app/forms/row-number'

export const meta: MetaFunction = () => [{ title: 'Exceptions – Console' }]

const states = ['waiting', 'resolved', 'all'] as const

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const state = states.find((one) => one === query.get('state')) ?? 'waiting'
  const page = await presentExceptions({ state, cursor: readRowNumber(query.get('cursor')) })
  const { notice, headers } = await takeNotice(request)
  return data({ ...page, state, notice }, { headers })
}

export default function Exceptions() {
  const { rows, nextCursor, state, notice } = useLoaderData<typeof loader>()
  useRevalidateEvery(15_000)
  return (
    <div className="stack stack--loose">
      <PageHeader title="Exceptions" lead="Payments that need a person to decide." />
      <DoneNotice notice={notice} />
      <SubNav
        label="Which exceptions"
        links={[
          { to: '/admin/exceptions', text: 'Waiting', isCurrent: state === 'waiting' },
          { to: '/admin/exceptions?state=resolved', text: 'Resolved', isCurrent: state === 'resolved' },
          { to: '/admin/exceptions?state=all', text: 'All', isCurrent: state === 'all' },
        ]}
      />
      {rows.length === 0 ? <NoExceptions state={state} /> : <ExceptionRecords rows={rows} />}
      <OlderLink cursor={nextCursor} />
    </div>
  )
}
