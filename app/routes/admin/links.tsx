import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { DoneNotice } from '@/app/components/done-notice'
import { IssueLinkForm } from '@/app/components/console/issue-link-form'
import { LinkFilter } from '@/app/components/console/link-filter'
import { LinkRecords } from '@/app/components/console/link-records'
import { OlderLink } from '@/app/components/console/older-link'
import { Refusal } from '@/app/components/console/refusal'
import { RowCount } from '@/app/components/console/row-count'
import { ShownOnce } from '@/app/components/console/shown-once'
import { EmptyState } from '@/app/components/empty-state'
import { PageHeader } from '@/app/components/page-header'
import { seats } from '@/app/format/seats'
import { presentLinks } from '@/app/presenters/console/links'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, nameOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { linkForms, linkProblems } from '@/app/forms/links'
import { readForm } from '@/app/forms/read-form'
import { isRepeat, onceForm, refuseRepeat } from '@/app/forms/once-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { issueLink, revokeLink } from '@/lib/links/issue-link'

export const meta: MetaFunction = () => [{ title: 'Private links – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const page = await presentLinks({
    cityId: query.get('cityId'),
    show: query.get('show') === 'all' ? 'all' : 'active',
    cursor: query.get('cursor') ?? undefined,
  })
  const { notice, headers } = await takeNotice(request)
  return data({ ...page, mayOperate: may(principal, 'operate'), formKey: randomUUID(), notice }, { headers })
}

/** The link is on this answer alone: we keep its hash, and the answer sealed for a day. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'operate')
  const { audit } = signedIn
  const read = linkForms.safeParse(fieldsOf(form))
  if (!read.success) {
    const action = nameOf(form) === 'revoke' ? 'link.revoke' : 'link.issue'
    return refuseUnreadable(form, read.error, { audit, action, target: form.get('cityId') ?? undefined })
  }
  const wanted = read.data
  switch (wanted.form) {
    case 'issue': {
      const issued = await onceForm(form, signedIn, 'link.issue', () => issueLink(wanted, audit))
      if (!issued.ok) {
        if (isRepeat(issued.code)) return refuseRepeat(form, issued.code)
        const { message, field } = linkProblems[issued.code]
        return refuseForm(form, message, { status: 422, fieldId: `issue-${field}` })
      }
      const { cityId } = wanted
      const url = `${context.publicUrl}/cities/${cityId}?link=${issued.value.token}`
      return data({ issued: { url, seats: wanted.seats } })
    }
    case 'revoke': {
      const revoked = await onceForm(form, signedIn, 'link.revoke', () => revokeLink(wanted.id, audit))
      if (revoked.ok)
        return doneAt(
          `/admin/links${new URL(request.url).search}`,
          'The link is revoked',
          'What is held with it can still be paid.',
        )
      return isRepeat(revoked.code)
        ? refuseRepeat(form, revoked.code)
        : refuseForm(form, 'This link is gone or revoked already.')
    }
  }
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function Links() {
  const { links, nextCursor, cities, cityId, show, mayOperate, formKey, notice } =
    useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const refused = answer && 'problems' in answer ? answer : undefined
  const issued = answer && 'issued' in answer ? answer.issued : undefined
  return (
    <div className="stack stack--loose">
      <PageHeader
        title="Private links"
        lead="Whoever follows one can buy hidden seats, also where these are not on sale for everybody."
      />
      <DoneNotice notice={notice} />
      {issued && (
        <ShownOnce title={`A link to ${seats(issued.seats)}`} label="Link" secret={issued.url}>
          Send it to whom it is for. Whoever has it can buy.
        </ShownOnce>
      )}
      <Refusal refused={refused} />
      {mayOperate && (
        <IssueLinkForm
          formKey={formKey}
          cities={cities}
          cityId={cityId}
          refused={refused}
          key={issued?.url}
        />
      )}
      <LinkFilter cities={cities} cityId={cityId} show={show} />
      <RowCount count={links.length} one="link" hasOlder={nextCursor !== null} />
      {links.length === 0 ? (
        <EmptyState title={show === 'active' ? 'No link is active' : 'No link yet'}>
          <p>A link keeps no seat: it may buy what is free when it is used.</p>
        </EmptyState>
      ) : (
        <LinkRecords links={links} formKey={formKey} mayOperate={mayOperate} />
      )}
      <OlderLink cursor={nextCursor} />
    </div>
  )
}
