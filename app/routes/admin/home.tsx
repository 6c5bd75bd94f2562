import type { LoaderFunctionArgs } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { useMemo } from 'react'
import { z } from 'zod'
import { SalesChart } from '@/app/components/charts/sales-chart'
import { AttentionList } from '@/app/components/console/dashboard/attention'
import { CityFilter } from '@/app/components/console/dashboard/city-filter'
import { CityTable } from '@/app/components/console/dashboard/city-table'
import { Totals } from '@/app/components/console/dashboard/totals'
import { FoundCities } from '@/app/components/console/found-cities'
import { EmptyState } from '@/app/components/empty-state'
import { Freshness } from '@/app/components/freshness'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { useLiveInventory } from '@/app/live/use-live-inventory'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { presentDashboard } from '@/app/presenters/console/dashboard'
import { movedTotals } from '@/app/presenters/console/seat-numbers'
import { requirePrincipal } from '@/app/web/require-principal'
import { may, secondFactorsOf } from '@/lib/accounts'
import { cityFilters, cityOrders } from '@/lib/analytics/city-list'

/** Nothing in an address is worth an error page: what cannot be read is left out. */
const listQuery = z.object({
  search: z.string().trim().max(100).catch(''),
  show: z.enum(cityFilters).catch('all'),
  order: z.enum(cityOrders).catch('date'),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
})

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { show, ...rest } = listQuery.parse(Object.fromEntries(new URL(request.url).searchParams))
  const query = { ...rest, filter: show }
  const [dashboard, { totp, passkeys }] = await Promise.all([
    presentDashboard(query, new Date()),
    secondFactorsOf(principal.accountId),
  ])
  return {
    ...dashboard,
    query,
    hasSecondFactor: totp === 'confirmed' || passkeys.length > 0,
    mayOperate: may(principal, 'operate'),
  }
}

export default function ConsoleHome() {
  const page = useLoaderData<typeof loader>()
  const { attention, totals, cityCount, tour, list, query, hasSecondFactor, mayOperate } = page
  const loaded = useMemo(() => list.rows.map(({ numbers }) => numbers), [list.rows])
  const { stock, liveness } = useLiveInventory(loaded)
  // Sales over time, the attention list and other pages' cities come with the page, not with the stream.
  useRevalidateEvery(15_000)
  return (
    <div className="stack stack--loose">
      <PageHeader title="Overview">
        <Freshness liveness={liveness} />
      </PageHeader>
      {!hasSecondFactor && (
        <Notice meaning="warn" title="Your password is all that protects this account">
          <p>
            <Link to="/admin/security">Add an app or a passkey</Link> as a second step of signing in.
          </p>
        </Notice>
      )}
      <AttentionList items={attention} />
      {cityCount === 0 ? (
        <EmptyState title="No cities yet">
          <p>
            Cities, their dates, prices and seats are made in the{' '}
            <Link to="/admin/settings/cities">settings</Link>.
          </p>
        </EmptyState>
      ) : (
        <>
          <div className="overview">
            <Totals totals={movedTotals(totals, loaded, stock)} cityCount={cityCount} />
            <SalesChart
              title="Sold each day, all cities"
              series={['GA', 'VIP']}
              bars={tour.bars}
              period={`Day in ${tour.zone}`}
            />
          </div>
          <section className="stack" aria-labelledby="cities">
            <h2 id="cities">Cities</h2>
            <CityFilter query={query} />
            <FoundCities list={list} whole="/admin#cities">
              <CityTable rows={list.rows} stock={stock} mayOperate={mayOperate} />
            </FoundCities>
          </section>
        </>
      )}
      <p className="small">
        <Link to="/api/docs" reloadDocument>
          The API that other systems use
        </Link>
      </p>
    </div>
  )
}
