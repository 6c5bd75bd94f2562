import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import { seats } from '@/app/format/seats'
import type { presentCitySettings } from '@/app/presenters/console/city-settings'
import type { FormRefusal } from '@/app/web/form-refusal'
import { type Tier, tierLabel, tiers } from '@/lib/tier'
import { CityFields } from './city-fields'
import { ConfirmStep } from './confirm-step'
import { FormKey } from './form-key'
import { OpenedWith, versionSeen } from './opened-with'
import { problemAt } from './problem-at'
import { SaleStateOptions } from './sale-state-options'

type CitySettingsModel = NonNullable<Awaited<ReturnType<typeof presentCitySettings>>> & {
  isOwner: boolean
  formKey: string
}
interface Props {
  page: CitySettingsModel
  refused: FormRefusal | undefined
}

/** Everything about a city that an owner edits. Whoever is none sees it as it is. */
export function CitySettingsForms({ page, refused }: Props) {
  return (
    <>
      <Details page={page} refused={refused?.form === 'details' ? refused : undefined} />
      <section className="panel" aria-labelledby="limits">
        <h2 id="limits">Public limits</h2>
        <p>
          The public limit is how many seats customers may see. Where exactly as many exist, that number
          changes with it.
        </p>
        {tiers.map((tier) => (
          <PublicLimit
            key={tier}
            tier={tier}
            page={page}
            refused={refused?.form === 'limit' ? refused : undefined}
          />
        ))}
      </section>
      <Sale page={page} />
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

function PublicLimit({ tier, page, refused }: Props & { tier: Tier }) {
  const { publicLimit, limit, sold, held } = page.limits[tier]
  const own = refused?.entered.tier === tier ? refused : undefined
  return (
    <Form method="post" noValidate key={publicLimit}>
      <fieldset className="form-grid" disabled={!page.isOwner}>
        <legend className="visually-hidden">{tierLabel(tier)}</legend>
        <FormKey value={`${page.formKey} ${tier}`} />
        <input type="hidden" name="tier" value={tier} />
        <input type="hidden" name="expectedLimit" value={publicLimit} />
        <input type="hidden" name="expectedActual" value={limit} />
        <TextField
          id={own ? 'limit-to' : `limit-${tier}`}
          name="to"
          label={`${tierLabel(tier)}: public limit`}
          hint={`${publicLimit} now, ${sold} sold, ${held} in checkouts, ${limit} exist`}
          inputMode="numeric"
          defaultValue={own?.entered.to ?? publicLimit}
          error={problemAt(own, 'limit-to')}
        />
        {page.isOwner && (
          <div>
            <Button look="quiet" name="form" value="limit">
              Change {tierLabel(tier)}
            </Button>
          </div>
        )}
      </fieldset>
    </Form>
  )
}

function Sale({ page }: Pick<Props, 'page'>) {
  return (
    <section className="panel" aria-labelledby="sale">
      <h2 id="sale">Sale</h2>
      <p>It alone decides whether seats can be held. What is held or paid already goes on.</p>
      <Form method="post" key={page.saleState}>
        <fieldset className="form-grid" disabled={!page.isOwner}>
          <legend className="visually-hidden">Sale</legend>
          <FormKey value={page.formKey} />
          <input type="hidden" name="expected" value={page.saleState} />
          <SelectField id="sale-to" name="to" label="State" defaultValue={page.saleState}>
            <SaleStateOptions />
          </SelectField>
          {page.isOwner && (
            <div>
              <Button look="quiet" name="form" value="sale">
                Set the state
              </Button>
            </div>
          )}
        </fieldset>
      </Form>
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
