import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { DoneNotice } from '@/app/components/done-notice'
import { ExceptionRecords } from '@/app/components/console/exception-records'
import { FilterForm } from '@/app/components/console/filter-form'
import { NoExceptions } from '@/app/components/console/no-exceptions'
import { OlderLink } from '@/app/components/console/older-link'
import { RowCount } from '@/app/components/console/row-count'
import { SubNav } from '@/app/components/console/sub-nav'
import { TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { capitalized } from '@/app/format/capitalized'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { presentExceptions } from '@/app/presenters/console/exceptions'
import { takeNotice } from '@/app/forms/console-notice'
import { readExceptionQuery } from '@/app/forms/exception-query'
import { requirePrincipal } from '@/app/web/require-principal'
import { readRowNumber } from '@/app/forms/row-number'
import { type ExceptionFilter, exceptionFilters } from '@/lib/payments/exception-filter'

export const meta: MetaFunction = () => [{ title: 'Exceptions – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const filter = readExceptionQuery(query)
  const page = await presentExceptions({ ...filter, cursor: readRowNumber(query.get('cursor')) })
  const { notice, headers } = await takeNotice(request)
  return data({ ...page, ...filter, notice }, { headers })
}

export default function Exceptions() {
  const { rows, nextCursor, state, search, notice } = useLoaderData<typeof loader>()
  const isWhole = state === 'all' && search === ''
  useRevalidateEvery(15_000)
  return (
    <div className="stack stack--loose">
      <PageHeader title="Exceptions" lead="Payments that need a person to decide.">
        <p className="row">
          <a href={addressOf('/admin/exceptions.csv', { state, search })} download>
            {isWhole ? 'All exceptions as CSV' : 'These exceptions as CSV'}
          </a>
        </p>
      </PageHeader>
      <DoneNotice notice={notice} />
      <SubNav
        label="Which exceptions"
        links={exceptionFilters.map((one) => ({
          to: addressOf('/admin/exceptions', { state: one, search }),
          text: capitalized(one),
          isCurrent: state === one,
        }))}
      />
      <FilterForm
        wanted={search}
        button="Find"
        whole={search !== '' && { to: addressOf('/admin/exceptions', { state, search: '' }), text: 'Clear' }}
      >
        {state !== 'waiting' && <input type="hidden" name="state" value={state} />}
        <TextField
          id="search"
          name="search"
          type="search"
          label="Find"
          hint="Session, payment intent, reservation, refund or email address, in full"
          defaultValue={search}
          maxLength={255}
        />
      </FilterForm>
      <RowCount count={search === '' ? null : rows.length} one="exception" hasOlder={nextCursor !== null} />
      {rows.length > 0 ? (
        <ExceptionRecords rows={rows} />
      ) : (
        <NoExceptions state={state} isSearched={search !== ''} />
      )}
      <OlderLink cursor={nextCursor} />
    </div>
  )
}

/** Those that wait are what an address without a state shows. */
function addressOf(path: string, { state, search }: Required<ExceptionFilter>): string {
  const query = new URLSearchParams({
    ...(state !== 'waiting' && { state }),
    ...(search !== '' && { search }),
  })
  return query.size > 0 ? `${path}?${query.toString()}` : path
}
