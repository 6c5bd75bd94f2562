import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { failureOf } from '@/app/api/admin-refusal'
import { changeNamed } from '@/app/changes'
import { askChange } from '@/app/changes/archived'
import { runChange } from '@/app/changes/run-change'
import { QuestionForm } from '@/app/components/console/question'
import { PageHeader } from '@/app/components/page-header'
import { useIsSending } from '@/app/live/use-is-sending'
import { noticeAt } from '@/app/forms/console-notice'
import { statusOf } from '@/app/web/envelope'
import { refuseForm } from '@/app/forms/form-refusal'
import { notFound } from '@/app/web/not-found'
import { refuseRepeat } from '@/app/forms/once-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { readCity } from '@/lib/analytics/cities'

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: page ? `${page.question.title} – Console` : 'Console' },
]

/** Asks about a change of a city. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { change, city } = changeOf(params)
  const { principal } = await requirePrincipal(context, change.deed)
  const found = await city()
  return {
    question: await askChange(change, found, new URL(request.url).searchParams),
    cityId: found.id,
    formKey: randomUUID(),
    email: principal.email,
  }
}

/** Does it, and goes back to the city, which says what was done. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { change, city } = changeOf(params)
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, change.deed)
  const { id: cityId, name: cityName, isArchived } = await city()
  const query = new URL(request.url).searchParams
  const ran = await runChange({ change, signedIn, cityId, cityName, isArchived, query, form })
  if (!ran.ok) {
    if (!('message' in ran)) return refuseRepeat(form, ran.code)
    const status = statusOf(failureOf(ran).code)
    if (ran.problems) return refuseForm(form, ran.problems, { status })
    const fieldId = ran.code === 'authorization_required' ? 'authorizedBy' : undefined
    return refuseForm(form, ran.message, { status, fieldId })
  }
  await context.liveStock.refresh()
  return noticeAt(`/admin/cities/${cityId}`, { meaning: 'good', ...ran.value })
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function CityChange() {
  const { question, cityId, formKey, email } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const isSending = useIsSending()
  return (
    <div className="stack stack--loose">
      <PageHeader title={question.title} lead={question.lead} />
      <QuestionForm
        question={question}
        formKey={formKey}
        email={email}
        refused={refused}
        isSending={isSending}
        backTo={`/admin/cities/${cityId}`}
      />
    </div>
  )
}

function changeOf(params: { cityId?: string; change?: string }) {
  const change = changeNamed(params.change ?? '')
  if (!change) throw notFound()
  const city = async () => {
    const found = await readCity(params.cityId ?? '')
    if (!found) throw notFound()
    return found
  }
  return { change, city }
}
