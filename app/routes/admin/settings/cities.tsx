import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { ButtonLink } from '@/app/components/button'
import { CitySearch } from '@/app/components/console/city-search'
import { DoneNotice } from '@/app/components/done-notice'
import { FoundCities } from '@/app/components/console/found-cities'
import { Records } from '@/app/components/console/records'
import { SaleStateTag } from '@/app/components/console/sale-state-tag'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { EmptyState } from '@/app/components/empty-state'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { type CitySettingsRow, presentCitiesSettings } from '@/app/presenters/console/city-settings'
import { takeNotice } from '@/app/forms/console-notice'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Cities – Console' }]

/** Nothing in an address is worth an error page: what cannot be read is left out. */
const listQuery = z.object({
  search: z.string().trim().max(100).catch(''),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
})

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { notice, headers } = await takeNotice(request)
  const query = listQuery.parse(Object.fromEntries(new URL(request.url).searchParams))
  const list = await presentCitiesSettings(query)
  return data({ list, search: query.search, isOwner: may(principal, 'own'), notice }, { headers })
}

export default function Cities() {
  const { list, search, isOwner, notice } = useLoaderData<typeof loader>()
  return (
    <div className="stack stack--loose">
      <PageHeader title="Settings" />
      <SettingsNav current="cities" isOwner={isOwner} />
      <DoneNotice notice={notice} />
      {isOwner && (
        <div>
          <ButtonLink to="/admin/settings/cities/new">Add a city</ButtonLink>
        </div>
      )}
      {list.found === 0 && search === '' ? (
        <EmptyState title="No city yet">
          <p>Customers see a city once it is added. Its sale begins when you put it on sale.</p>
        </EmptyState>
      ) : (
        <section id="cities" className="stack" aria-label="Cities">
          <CitySearch action="/admin/settings/cities" search={search} />
          <FoundCities list={list} whole="/admin/settings/cities">
            <CityRecords rows={list.rows} />
          </FoundCities>
        </section>
      )}
    </div>
  )
}

function CityRecords({ rows }: { rows: CitySettingsRow[] }) {
  return (
    <Records
      label="Cities"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { text: 'City', cell: ({ id, name }) => <Link to={`/admin/settings/cities/${id}`}>{name}</Link> },
        { text: 'Days', cell: ({ days }) => <span className="figures">{days}</span> },
        {
          text: 'Sale',
          cell: ({ saleState, isArchived }) =>
            isArchived ? <StatusTag meaning="plain">Archived</StatusTag> : <SaleStateTag state={saleState} />,
        },
        { text: 'GA / VIP public limit', isNumber: true, cell: ({ limits }) => limits },
        { text: 'GA / VIP price', isNumber: true, cell: ({ prices }) => prices },
        { text: 'Id', cell: ({ id }) => <code className="small">{id}</code> },
      ]}
    />
  )
}
