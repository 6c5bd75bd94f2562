import { Form } from '@remix-run/react'
import { Button, ButtonLink } from '@/app/components/button'
import { TextField } from '@/app/components/field'

/** Looks for cities by name or id; an ordinary form, so that its result has an address. */
export function CitySearch({ action, search }: { action: string; search: string }) {
  return (
    <Form method="get" action={action} className="filters" role="search" key={search}>
      <TextField
        id="search"
        name="search"
        label="Find a city"
        type="search"
        defaultValue={search}
        maxLength={100}
      />
      <div className="row filters__buttons">
        <Button look="quiet">Show</Button>
        {search !== '' && (
          <ButtonLink to={action} look="quiet">
            All cities
          </ButtonLink>
        )}
      </div>
    </Form>
  )
}
