import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { LedgerTable } from '@/app/components/console/city/ledger-table'
import { FilterForm } from '@/app/components/console/filter-form'
import { OlderLink } from '@/app/components/console/older-link'
import { RowCount } from '@/app/components/console/row-count'
import { EmptyState } from '@/app/components/empty-state'
import { ErrorSummary } from '@/app/components/error-summary'
import { SelectField, TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { dayOrNothing } from '@/app/format/day-or-nothing'
import { operationNames, presentLedgerRows } from '@/app/presenters/console/ledger-rows'
import type { FilterProblem } from '@/app/forms/day-range'
import { type LedgerSearch, readSearch, searchIn } from '@/app/forms/ledger-search'
import { notFound } from '@/app/web/not-found'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { readCity } from '@/lib/analytics/cities'
import { ledgerOperations } from '@/lib/inventory/ledger/operations'
import { readLedgerPage } from '@/lib/inventory/ledger/page'

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: page ? `Ledger of ${page.city.name} – Console` : 'Console' },
]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const city = await readCity(params.cityId ?? '')
  if (!city) throw notFound()
  const { searchParams } = new URL(request.url)
  const read = readSearch(searchParams, city.timeZone)
  const page = read.ok ? await readLedgerPage(city.id, read.query) : { rows: [], nextCursor: null }
  const changeable = may(principal, 'operate') && !city.isArchived ? city : null
  return {
    city: { id: city.id, name: city.name, timeZone: city.timeZone.replaceAll('_', ' ') },
    search: searchIn(searchParams),
    problems: read.ok ? [] : read.problems,
    rows: presentLedgerRows({ rows: page.rows, timeZone: city.timeZone, city: changeable }),
    nextCursor: page.nextCursor,
  }
}

export default function CityLedger() {
  const { city, search, problems, rows, nextCursor } = useLoaderData<typeof loader>()
  const isFiltered = Object.values(search).some((text) => text !== '')
  return (
    <div className="stack stack--loose">
      <PageHeader
        title={`Ledger of ${city.name}`}
        lead="Every change of sold seats and limits, newest first. No row is ever changed or deleted."
      >
        <p className="row">
          <Link to={`/admin/cities/${city.id}`}>{city.name}</Link>
          <a href={csvPath(city.id, search)} download>
            {isFiltered ? 'These rows as CSV' : 'All of it as CSV'}
          </a>
        </p>
      </PageHeader>
      {problems.length > 0 && <ErrorSummary title="The filter cannot be read" problems={problems} />}
      <Filter cityId={city.id} search={search} problems={problems} isFiltered={isFiltered} />
      <RowCount count={problems.length > 0 ? null : rows.length} hasOlder={nextCursor !== null} />
      {rows.length > 0 ? (
        <LedgerTable label="Ledger" rows={rows} />
      ) : (
        problems.length === 0 && (
          <EmptyState title="No row is like that">
            <p>
              <Link to={`/admin/cities/${city.id}/ledger`}>Show all rows</Link>
            </p>
          </EmptyState>
        )
      )}
      <OlderLink cursor={nextCursor} />
      <p className="small muted">Days and times as clocks in the city say: {city.timeZone}.</p>
    </div>
  )
}

interface FilterProps {
  cityId: string
  search: LedgerSearch
  problems: readonly FilterProblem[]
  isFiltered: boolean
}

function Filter({ cityId, search, problems, isFiltered }: FilterProps) {
  const problem = (fieldId: string) => problems.find((one) => one.fieldId === fieldId)?.message
  const field = (name: keyof LedgerSearch) => ({
    id: name,
    name,
    defaultValue: search[name],
    error: problem(name),
  })
  return (
    <FilterForm
      wanted={search}
      whole={isFiltered && { to: `/admin/cities/${cityId}/ledger`, text: 'All rows' }}
    >
      <SelectField {...field('operation')} label="What">
        <option value="">Everything</option>
        {ledgerOperations.map((operation) => (
          <option key={operation} value={operation}>
            {operationNames[operation]}
          </option>
        ))}
      </SelectField>
      <SelectField {...field('tier')} label="Tier">
        <option value="">Both</option>
        <option value="ga">GA</option>
        <option value="vip">VIP</option>
      </SelectField>
      <TextField {...field('from')} defaultValue={dayOrNothing(search.from)} label="From" type="date" />
      <TextField
        {...field('until')}
        defaultValue={dayOrNothing(search.until)}
        label="To, included"
        type="date"
      />
      <TextField {...field('who')} label="Who, exactly" autoComplete="off" maxLength={255} />
      <TextField {...field('payment')} label="Payment, session or hold" autoComplete="off" maxLength={255} />
    </FilterForm>
  )
}

function csvPath(cityId: string, search: LedgerSearch): string {
  const query = new URLSearchParams(Object.entries(search).filter(([, text]) => text !== ''))
  return `/admin/cities/${cityId}/ledger.csv${query.size > 0 ? `?${query.toString()}` : ''}`
}
