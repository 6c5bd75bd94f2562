import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { DeadLetters, sourceOf } from '@/app/components/console/dead-letters'
import { DoneNotice } from '@/app/components/done-notice'
import { OlderLink } from '@/app/components/console/older-link'
import { QueueHealth } from '@/app/components/console/queue-health'
import { Refusal } from '@/app/components/console/refusal'
import { ReplayAll } from '@/app/components/console/replay-all'
import { SubNav } from '@/app/components/console/sub-nav'
import { withCommas } from '@/app/components/live-number'
import { PageHeader } from '@/app/components/page-header'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { useStandingAnswer } from '@/app/live/use-standing-answer'
import { presentQueues } from '@/app/presenters/console/queues'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { isRepeat, onceForm, refuseRepeat } from '@/app/forms/once-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { replayAsAdmin } from '@/lib/housekeeping/replay-as-admin'
import { deadLetterQueues } from '@/lib/queues/definitions'

export const meta: MetaFunction = () => [{ title: 'Queues – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { notice, headers } = await takeNotice(request)
  const query = new URL(request.url).searchParams
  const queue = deadLetterQueues.find((name) => name === query.get('queue'))
  const page = await presentQueues({
    isOwner: may(principal, 'own'),
    letters: { queue, cursor: query.get('cursor') ?? undefined },
  })
  return data(
    { ...page, queue, mayOperate: may(principal, 'operate'), formKey: randomUUID(), notice },
    { headers },
  )
}

const replayForm = z.object({ queue: z.enum(deadLetterQueues), id: z.uuid().optional() })

/** Puts one dead letter, or all of a queue, back on the queue that it came from. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'operate')
  const { audit } = signedIn
  const read = replayForm.safeParse(fieldsOf(form))
  if (!read.success) return refuseUnreadable(form, read.error, { audit, action: 'dead_letter.replay' })
  const result = await onceForm(form, signedIn, 'dead_letter.replay', async () => {
    const replay = await replayAsAdmin(read.data, audit)
    return replay.ok ? { ok: true, value: replay.replayed } : replay
  })
  if (!result.ok)
    return isRepeat(result.code)
      ? refuseRepeat(form, result.code)
      : refuseForm(form, 'It is not there any more; somebody may have replayed it.')
  return doneAt(
    `/admin/queues${new URL(request.url).search}`,
    result.value === 1 ? 'One job runs again' : `${withCommas(result.value)} jobs run again`,
    'A job that fails again comes back here.',
  )
}

export default function Queues() {
  const page = useLoaderData<typeof loader>()
  const { queues, deadLetters, queue: chosen, waiting, cut, nextCursor, minutes } = page
  const { mostAtOnce, mayOperate, formKey, notice } = page
  const refused = useStandingAnswer(useActionData<typeof action>())
  useRevalidateEvery(15_000)
  return (
    <div className="stack stack--loose">
      <PageHeader title="Queues" lead="What the worker has to do, and how it gets on." />
      <DoneNotice notice={notice} />
      <Refusal refused={refused} />
      <section className="stack" aria-labelledby="dead">
        <h2 id="dead">Dead letters</h2>
        {waiting.length === 0 && deadLetters.length === 0 ? (
          <p className="muted">None. No job has failed for good.</p>
        ) : (
          <>
            <p>
              Jobs whose tries are used up. Replaying one is safe: what was done already is not done twice.
            </p>
            {mayOperate &&
              waiting
                .filter(({ count }) => count > 1)
                .map((letters) => (
                  <ReplayAll
                    key={letters.queue}
                    letters={letters}
                    mostAtOnce={mostAtOnce}
                    formKey={formKey}
                  />
                ))}
            {(cut.length > 0 || chosen) && (
              <SubNav
                label="Dead letters"
                links={[
                  { to: '/admin/queues', text: 'Newest of each queue', isCurrent: !chosen },
                  ...waiting.map(({ queue }) => ({
                    to: `/admin/queues?queue=${queue}`,
                    text: `All from ${sourceOf(queue)}`,
                    isCurrent: queue === chosen,
                  })),
                ]}
              />
            )}
            {deadLetters.length > 0 ? (
              <DeadLetters rows={deadLetters} cut={cut} formKey={formKey} mayOperate={mayOperate} />
            ) : (
              <p className="muted">None is left here.</p>
            )}
            {chosen && <OlderLink cursor={nextCursor} />}
          </>
        )}
      </section>
      <QueueHealth queues={queues} minutes={minutes} />
    </div>
  )
}
