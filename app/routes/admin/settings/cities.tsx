import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { ButtonLink } from '@/app/components/button'
import { DoneNotice } from '@/app/components/done-notice'
import { Records } from '@/app/components/console/records'
import { SaleStateTag } from '@/app/components/console/sale-state-tag'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { EmptyState } from '@/app/components/empty-state'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { presentCitiesSettings } from '@/app/presenters/console/city-settings'
import { takeNotice } from '@/app/forms/console-notice'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Cities – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { notice, headers } = await takeNotice(request)
  return data({ cities: await presentCitiesSettings(), isOwner: may(principal, 'own'), notice }, { headers })
}

export default function Cities() {
  const { cities, isOwner, notice } = useLoaderData<typeof loader>()
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
      {cities.length === 0 ? (
        <EmptyState title="No city yet">
          <p>Customers see a city once it is added. Its sale begins when you put it on sale.</p>
        </EmptyState>
      ) : (
        <Records
          label="Cities"
          rows={cities}
          keyOf={({ id }) => id}
          columns={[
            { text: 'City', cell: ({ id, name }) => <Link to={`/admin/settings/cities/${id}`}>{name}</Link> },
            { text: 'Days', cell: ({ days }) => <span className="figures">{days}</span> },
            {
              text: 'Sale',
              cell: ({ saleState, isArchived }) =>
                isArchived ? (
                  <StatusTag meaning="plain">Archived</StatusTag>
                ) : (
                  <SaleStateTag state={saleState} />
                ),
            },
            { text: 'GA / VIP public limit', isNumber: true, cell: ({ limits }) => limits },
            { text: 'Prices', isNumber: true, cell: ({ prices }) => prices },
            { text: 'Id', cell: ({ id }) => <code className="small">{id}</code> },
          ]}
        />
      )}
    </div>
  )
}
