import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerBulk } from '@/app/bulk/answer'
import { BulkChoiceForm } from '@/app/components/console/bulk/choice-form'
import { BulkPreviewForm } from '@/app/components/console/bulk/preview-form'
import { BulkProgress } from '@/app/components/console/bulk/progress'
import { Refusal } from '@/app/components/console/refusal'
import { PageHeader } from '@/app/components/page-header'
import { presentBulkChoice } from '@/app/presenters/console/bulk-choice'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Many cities – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'operate')
  const query = new URL(request.url).searchParams
  const page = await presentBulkChoice({
    search: query.get('search'),
    show: query.get('show'),
    chosen: [],
    isAllChosen: query.get('choose') === 'all',
  })
  return { page, isOwner: may(principal, 'own') }
}

/** Looks first, then changes city after city. Resets are for owners. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'operate')
  if (form.get('operation') === 'reset') await requirePrincipal(context, 'own')
  const answer = await answerBulk(form, signedIn)
  if (answer.data.step === 'run') await context.liveStock.refresh()
  return answer
}

export default function Bulk() {
  const { page, isOwner } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  if (answer?.step === 'preview') return <BulkPreviewForm {...answer} />
  if (answer?.step === 'run') return <BulkProgress {...answer} />
  const refused = answer?.refused ?? undefined
  return (
    <div className="stack stack--loose">
      <PageHeader
        title="Many cities"
        lead={`Add hidden seats to many cities at once${isOwner ? ', or reset them' : ''}. You see first what would change.`}
      />
      <Refusal refused={refused} />
      <BulkChoiceForm
        page={answer?.page ?? page}
        isOwner={isOwner}
        entered={answer?.entered}
        refused={refused}
      />
    </div>
  )
}
