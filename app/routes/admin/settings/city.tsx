import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { CitySettingsForms } from '@/app/components/console/city-settings-forms'
import { Refusal } from '@/app/components/console/refusal'
import { DoneNotice } from '@/app/components/done-notice'
import { SaleStateTag } from '@/app/components/console/sale-state-tag'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { presentCitySettings } from '@/app/presenters/console/city-settings'
import { changeCity } from '@/app/forms/change-city'
import { takeNotice } from '@/app/forms/console-notice'
import { notFound } from '@/app/web/not-found'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: `${page?.name ?? 'City'}, settings – Console` },
]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const city = await presentCitySettings(params.cityId ?? '')
  if (!city) throw notFound()
  const { notice, headers } = await takeNotice(request)
  const rights = { isOwner: may(principal, 'own'), mayOperate: may(principal, 'operate') }
  return data({ ...city, ...rights, formKey: randomUUID(), notice }, { headers })
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'own')
  return changeCity(params.cityId ?? '', form, { signedIn, liveStock: context.liveStock })
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function CitySettings() {
  const page = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  return (
    <div className="stack stack--loose">
      <PageHeader title={page.name} lead={<code>{page.id}</code>}>
        <p className="row">
          {page.isArchived ? (
            <StatusTag meaning="plain">Archived</StatusTag>
          ) : (
            <SaleStateTag state={page.saleState} />
          )}
          <Link to={`/admin/cities/${page.id}`}>Stock and ledger</Link>
        </p>
      </PageHeader>
      <SettingsNav current="cities" isOwner={page.isOwner} />
      <DoneNotice notice={page.notice} />
      <Refusal refused={refused} />
      {!page.isOwner && <p className="muted">Only owners change name, place, dates and prices.</p>}
      <CitySettingsForms page={page} refused={refused} />
    </div>
  )
}
