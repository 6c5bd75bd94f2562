import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { DoneNotice } from '@/app/components/done-notice'
import { Facts } from '@/app/components/console/facts'
import { ExceptionTag } from '@/app/components/console/payment-tags'
import { Resolutions } from '@/app/components/console/exception/resolutions'
import { Refusal } from '@/app/components/console/refusal'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { useIsSending } from '@/app/live/use-is-sending'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { useStandingAnswer } from '@/app/live/use-standing-answer'
import { presentException } from '@/app/presenters/console/exception-page'
import { noticeAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, nameOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { notFound } from '@/app/web/not-found'
import { onceForm, repeatTexts } from '@/app/forms/once-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import {
  attemptedResolution,
  refusalTitles,
  resolutionForm,
  resolutionReports,
  stillToDecide,
} from '@/app/forms/resolution'
import { readRowNumber } from '@/app/forms/row-number'
import { may } from '@/lib/accounts'
import { countOthersWaiting } from '@/lib/payments/read-exceptions'
import { resolveException } from '@/lib/payments/resolve-exception'

export const meta: MetaFunction = () => [{ title: 'Exception – Console' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const id = readRowNumber(params.exceptionId)
  const page =
    id &&
    (await presentException(id, {
      cityId: query.get('cityId'),
      tier: query.get('tier'),
      quantity: query.get('quantity'),
    }))
  if (!page) throw notFound()
  const { notice, headers } = await takeNotice(request)
  return data({ ...page, mayOperate: may(principal, 'operate'), formKey: randomUUID(), notice }, { headers })
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'operate')
  const { audit } = signedIn
  const id = readRowNumber(params.exceptionId)
  if (!id) throw notFound()
  const read = resolutionForm.safeParse(fieldsOf(form))
  if (!read.success) {
    return refuseUnreadable(form, read.error, {
      audit,
      action: attemptedResolution(nameOf(form)),
      target: params.exceptionId,
    })
  }
  const { reason, ...wanted } = read.data
  const result = await onceForm(form, signedIn, `exception.${wanted.type} ${id}`, async () => {
    const decided = await resolveException(id, wanted, { audit, reason: reason === '' ? null : reason })
    return decided.ok ? { ok: true as const, value: decided.resolution } : decided
  })
  if (!result.ok) {
    if (result.code === 'unknown_exception') throw notFound()
    const message = 'message' in result ? result.message : repeatTexts[result.code]
    const status = result.code === 'payment_unavailable' ? 503 : 409
    return refuseForm(form, message, { status, title: refusalTitles[result.code] })
  }
  await context.liveStock.refresh()
  return noticeAt(`/admin/exceptions/${id}`, {
    meaning: 'good',
    title: resolutionReports[result.value],
    ...stillToDecide(await countOthersWaiting(id)),
  })
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function Exception() {
  const page = useLoaderData<typeof loader>()
  const refused = useStandingAnswer(useActionData<typeof action>())
  const isSending = useIsSending()
  const { row } = page
  useRevalidateEvery(row.state === 'resolved' ? null : 15_000)
  return (
    <div className="stack stack--loose">
      <PageHeader title={row.title} lead={page.lead}>
        <p className="row">
          <ExceptionTag state={row.state} />
          {row.result && <span>{row.result}</span>}
          <Link to={`/admin/payments/${encodeURIComponent(row.paymentId)}`}>The payment</Link>
          {page.stripeUrl && <a href={page.stripeUrl}>Open at Stripe</a>}
        </p>
      </PageHeader>
      <DoneNotice notice={page.notice} />
      <Refusal refused={refused} />
      <section className="panel" aria-labelledby="facts">
        <h2 id="facts">What is known</h2>
        <Facts facts={[['Order', row.order], ...page.facts]} />
      </section>
      {row.state !== 'resolved' &&
        (page.mayOperate ? (
          <Resolutions page={page} formKey={page.formKey} refused={refused} isSending={isSending} />
        ) : (
          <Notice title="You can look, but not decide">
            <p>Operators and owners resolve exceptions.</p>
          </Notice>
        ))}
    </div>
  )
}
