import { Form, type FormProps } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Button, ButtonLink } from '@/app/components/button'

export interface FilterFormProps extends Pick<FormProps, 'action' | 'preventScrollReset' | 'children'> {
  /** What is looked for now: once that is something else, the fields begin anew. */
  wanted: unknown
  button?: 'Show' | 'Find'
  /** Leads to the whole list; false where it is whole. */
  whole: false | { to: string; text: string }
  /** Beside the buttons. */
  more?: ReactNode
}

/** Narrows a list; an ordinary form, so that its result has an address. */
export function FilterForm(props: FilterFormProps) {
  const { wanted, button = 'Show', whole, more, children, ...form } = props
  return (
    <Form {...form} method="get" className="filters" role="search" key={JSON.stringify(wanted)}>
      {children}
      <div className="row filters__buttons">
        <Button look="quiet">{button}</Button>
        {whole && (
          <ButtonLink to={whole.to} look="quiet" preventScrollReset={form.preventScrollReset}>
            {whole.text}
          </ButtonLink>
        )}
        {more}
      </div>
    </Form>
  )
}
