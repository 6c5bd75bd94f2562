import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { useMemo } from 'react'
import { z } from 'zod'
import { Holds } from '@/app/components/console/city/holds'
import { LedgerTable } from '@/app/components/console/city/ledger-table'
import { ResetPanel } from '@/app/components/console/city/reset-panel'
import { SalePanel } from '@/app/components/console/city/sale-panel'
import { CitySales } from '@/app/components/console/city/sales-charts'
import { TierPanel } from '@/app/components/console/city/tier-panel'
import { SeatBarKey } from '@/app/components/console/dashboard/totals'
import { DoneNotice } from '@/app/components/done-notice'
import { SaleStateTag } from '@/app/components/console/sale-state-tag'
import { Freshness } from '@/app/components/freshness'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { useLiveInventory } from '@/app/live/use-live-inventory'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { presentCityPage } from '@/app/presenters/console/city-page'
import { chartRanges } from '@/app/presenters/console/sales-charts'
import { takeNotice } from '@/app/forms/console-notice'
import { notFound } from '@/app/web/not-found'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { tiers } from '@/lib/tier'

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: page ? `${page.city.name} – Console` : 'Console' },
]

const rangeIn = z.enum(chartRanges).catch('days')

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const range = rangeIn.parse(query.get('range'))
  const holdsCursor = query.get('cursor') ?? undefined
  const mayOperate = may(principal, 'operate')
  const now = new Date()
  const page = await presentCityPage(params.cityId ?? '', { range, holdsCursor, mayOperate, now })
  if (!page) throw notFound()
  const { notice, headers } = await takeNotice(request)
  return data({ ...page, range, mayOperate, mayOwn: may(principal, 'own'), notice }, { headers })
}

export default function City() {
  const page = useLoaderData<typeof loader>()
  const { city, range, mayOperate, mayOwn } = page
  const loaded = useMemo(() => [page.numbers], [page.numbers])
  const { stock, liveness } = useLiveInventory(loaded)
  // Holds, charts and the ledger come with the page, not with the stream.
  useRevalidateEvery(15_000)
  const numbers = stock[0] ?? page.numbers
  const canChange = mayOperate && !city.isArchived
  return (
    <div className="stack stack--loose">
      <PageHeader title={city.name} lead={`${city.days}${city.venue && `, ${city.venue}`}`}>
        <p className="row">
          <SaleStateTag state={city.saleState} isSoldOut={numbers.isSoldOut} />
          {city.isArchived && <StatusTag meaning="plain">Archived</StatusTag>}
          {!city.isArchived && <Link to={`/cities/${city.id}`}>As customers see it</Link>}
          <Link to={`/admin/links?cityId=${city.id}`}>Private links</Link>
          <Link to={`/admin/settings/cities/${city.id}`}>Dates, prices and settings</Link>
        </p>
        <Freshness liveness={liveness} />
      </PageHeader>
      <DoneNotice notice={page.notice} />
      {city.isPast && city.saleState === 'on_sale' && (
        <Notice meaning="warn" title="The date has passed, and the sale is still open">
          <p>Nothing closes by itself. Close the sale if nobody should buy any more.</p>
        </Notice>
      )}
      <div className="stack">
        <div className="tier-panels">
          {tiers.map((tier) => (
            <TierPanel
              key={tier}
              tier={tier}
              numbers={numbers}
              facts={page.tiers[tier]}
              mayOperate={canChange}
            />
          ))}
        </div>
        <SeatBarKey />
      </div>
      {mayOperate && <SalePanel city={city} />}
      <CitySales cityId={city.id} charts={page.charts} range={range} timeZone={city.timeZone} />
      <Holds holds={page.holds} mayOperate={mayOperate} />
      {page.expansions.rows.length > 0 && (
        <section className="stack" aria-labelledby="expansions">
          <div className="section-head">
            <h2 id="expansions">Seats added</h2>
            {page.expansions.hasOlder && (
              <p className="row">
                <span>The latest {page.expansions.rows.length}.</span>
                <Link to={`/admin/cities/${city.id}/ledger?operation=expand`}>All of them</Link>
              </p>
            )}
          </div>
          <LedgerTable label="Seats added" rows={page.expansions.rows} />
        </section>
      )}
      <section className="stack" aria-labelledby="ledger">
        <div className="section-head">
          <h2 id="ledger">Ledger</h2>
          <p className="row">
            <Link to={`/admin/cities/${city.id}/ledger`}>All of it, with filters</Link>
            <a href={`/admin/cities/${city.id}/ledger.csv`} download>
              CSV
            </a>
            <a href={`/admin/cities/${city.id}/buyers.csv`} download>
              Buyers as CSV
            </a>
          </p>
        </div>
        <LedgerTable label="Latest rows of the ledger" rows={page.ledger} />
      </section>
      {mayOwn && !city.isArchived && <ResetPanel cityId={city.id} canUndo={page.canUndoReset} />}
    </div>
  )
}
