import { Form, Link } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { saleStateWords } from '@/app/format/sale-states'
import { seats } from '@/app/format/seats'
import type { presentCitySettings } from '@/app/presenters/console/city-settings'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { tierLabel, tiers } from '@/lib/tier'
import { CityFields } from './city-fields'
import { ConfirmStep } from './confirm-step'
import { Facts } from './facts'
import { FormKey } from './form-key'
import { OpenedWith, versionSeen } from './opened-with'

type CitySettingsModel = NonNullable<Awaited<ReturnType<typeof presentCitySettings>>> & {
  isOwner: boolean
  mayOperate: boolean
  formKey: string
}
interface Props {
  page: CitySettingsModel
  refused: FormRefusal | undefined
}

/** What an owner edits of a city; whoever is none sees it as it is. And what is changed on the city's page, as facts. */
export function CitySettingsForms({ page, refused }: Props) {
  return (
    <>
      <Details page={page} refused={refused?.form === 'details' ? refused : undefined} />
      <Selling page={page} />
      {page.isOwner && <Archive page={page} />}
    </>
  )
}

function Details({ page, refused }: Props) {
  return (
    <section className="panel" aria-labelledby="details">
      <h2 id="details">Name, place, dates and prices</h2>
      <Form method="post" noValidate key={versionSeen(page.version, refused)}>
        <fieldset className="stack" disabled={!page.isOwner}>
          <legend className="visually-hidden">Name, place, dates and prices</legend>
          <FormKey value={page.formKey} />
          <OpenedWith version={page.version} values={page.values} refused={refused} />
          <CityFields prefix="details" values={page.values} refused={refused} />
          {page.isOwner && (
            <div>
              <Button name="form" value="details">
                Save the changes
              </Button>
              <p className="small muted">
                Payment pages that are open keep their price; whoever begins anew pays the new one.
              </p>
            </div>
          )}
        </fieldset>
      </Form>
    </section>
  )
}

/** What of the city is changed on its own page, which asks, and says what it does to customers. */
function Selling({ page }: Pick<Props, 'page'>) {
  const { id, publicLimits, saleState, mayOperate, isArchived } = page
  const fact = (value: number | string, at: string, link: string | false) => (
    <>
      <span className="figures">{value}</span>
      {link && (
        <>
          <br />
          <Link to={`/admin/cities/${id}#${at}`}>{link}</Link>
        </>
      )}
    </>
  )
  return (
    <section className="panel" aria-labelledby="selling">
      <h2 id="selling">Public limits and sale</h2>
      <Facts
        facts={[
          ...tiers.map((tier) => {
            const name = tierLabel(tier)
            const link = mayOperate && !isArchived && `Change the public ${name} limit`
            return [`${name}: public limit`, fact(publicLimits[tier], `tier-${tier}`, link)] as const
          }),
          ['Sale', fact(saleStateWords[saleState], 'sale', mayOperate && 'Change the sale')],
        ]}
      />
    </section>
  )
}

function Archive({ page: { name, isArchived, sold, held, formKey } }: Pick<Props, 'page'>) {
  return (
    <section className="stack" aria-labelledby="archive">
      <h2 id="archive">{isArchived ? 'Bring it back' : 'Archive'}</h2>
      {isArchived ? (
        <Form method="post">
          <FormKey value={formKey} />
          <Button look="quiet" name="form" value="restore">
            Bring {name} back
          </Button>
        </Form>
      ) : (
        <ConfirmStep name={`Archive ${name}`} look="danger">
          <p>
            Customers no longer see it, and nobody can hold seats. {seats(sold)}{' '}
            {sold === 1 ? 'stays' : 'stay'} sold
            {held > 0 && `, ${seats(held)} in checkouts can still be paid`}. The ledger stays. You can bring
            it back.
          </p>
          <Form method="post">
            <FormKey value={formKey} />
            <Button look="danger" name="form" value="archive">
              Archive {name}
            </Button>
          </Form>
        </ConfirmStep>
      )}
    </section>
  )
}
