import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { CityCard } from '@/app/components/city-card'
import { EmptyState } from '@/app/components/empty-state'
import { Freshness } from '@/app/components/freshness'
import { PageHeader } from '@/app/components/page-header'
import { useLiveStock } from '@/app/live/use-live-stock'
import { useRevalidateAtZero } from '@/app/live/use-revalidate-at-zero'
import { presentCityList } from '@/app/presenters/city-list'

export const meta: MetaFunction = () => [
  { title: 'Workshops – 6FB Methodologies' },
  {
    name: 'description',
    content: 'Workshops for barbers who run their chair as a business. Seats and dates by city.',
  },
]

export async function loader({ context }: LoaderFunctionArgs) {
  return presentCityList(await context.liveStock.read(), new Date())
}

export default function Home() {
  const { cities, stock: loaded } = useLoaderData<typeof loader>()
  const { stock, liveness } = useLiveStock(loaded)
  const onSale = cities.filter(({ saleState }) => saleState === 'on_sale')
  useRevalidateAtZero(
    onSale.flatMap(({ id }) => stock[id] ?? []),
    liveness,
  )
  return (
    <div className="stack stack--loose">
      <PageHeader title="Workshops" lead="For barbers who run their chair as a business. Pick your city.">
        {cities.length > 0 && <Freshness liveness={liveness} />}
      </PageHeader>
      {cities.length === 0 ? (
        <EmptyState title="No workshops yet">
          <p>There are no dates at the moment. Come back later.</p>
        </EmptyState>
      ) : (
        <ul className="card-grid">
          {cities.map((city) => (
            <li key={city.id}>
              <CityCard city={city} stock={stock[city.id]} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
