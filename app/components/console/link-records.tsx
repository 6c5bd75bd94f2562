import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { withCommas } from '@/app/components/live-number'
import { seats } from '@/app/format/seats'
import type { LinkRow } from '@/app/presenters/console/links'
import { Breakable } from './breakable'
import { ConfirmStep } from './confirm-step'
import { FormKey } from './form-key'
import { nothing, Records } from './records'
import { ValidityTag } from './validity-tag'

/** The private links that were issued, with what was bought through each. */
export function LinkRecords({
  links,
  formKey,
  mayOperate,
}: {
  links: readonly LinkRow[]
  formKey: string
  mayOperate: boolean
}) {
  return (
    <Records
      label="Private links"
      rows={links}
      keyOf={({ id }) => id}
      columns={[
        { text: 'For', cell: ({ what }) => what },
        { text: 'State', cell: ({ state }) => <ValidityTag state={state} /> },
        { text: 'Seats', isNumber: true, cell: (link) => withCommas(link.seats) },
        { text: 'Sold', isNumber: true, cell: ({ sold }) => withCommas(sold) },
        { text: 'In checkouts', isNumber: true, cell: ({ held }) => withCommas(held) },
        { text: 'To whom', cell: ({ forWhom }) => <Breakable text={forWhom || 'whoever has it'} /> },
        { text: 'Expires', cell: ({ expires }) => <span className="figures">{expires}</span> },
        { text: 'Made', cell: ({ made }) => <span className="small figures">{made}</span> },
        ...(mayOperate
          ? [
              {
                text: 'Action',
                cell: (link: LinkRow) =>
                  link.state === 'active' ? <Revoke link={link} formKey={formKey} /> : nothing,
              },
            ]
          : []),
      ]}
    />
  )
}

function Revoke({ link, formKey }: { link: LinkRow; formKey: string }) {
  const { id, what, held, seats: all, sold } = link
  const left = Math.max(0, all - sold - held)
  return (
    <ConfirmStep name="Revoke" look="danger">
      <p>
        {seats(left)} of {what} can no longer be bought through it.
        {held > 0 && ` ${seats(held)} in checkouts can still be paid.`} It cannot be brought back.
      </p>
      <Form method="post">
        <FormKey value={`${formKey} ${id}`} />
        <input type="hidden" name="id" value={id} />
        <Button look="danger" name="form" value="revoke" aria-label={`Revoke the link for ${what}`}>
          Revoke the link
        </Button>
      </Form>
    </ConfirmStep>
  )
}
