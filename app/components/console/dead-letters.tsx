import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { withCommas } from '@/app/components/live-number'
import type { DeadLetterRow, QueuesPage } from '@/app/presenters/console/queues'
import { FormKey } from './form-key'
import { Records } from './records'

/** Jobs that have failed for good. Where a queue has more of them than are shown, it says so. */
export function DeadLetters({
  rows,
  cut,
  formKey,
  mayOperate,
}: {
  rows: readonly DeadLetterRow[]
  cut: QueuesPage['cut']
  formKey: string
  mayOperate: boolean
}) {
  return (
    <>
      {cut.map(({ queue, shown, total }) => (
        <p key={queue}>
          From {sourceOf(queue)}: these are {shown} of {withCommas(total)}, the newest.
        </p>
      ))}
      <Records
        label="Dead letters"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { text: 'About', cell: ({ about, id }) => <code>{about || id}</code> },
          { text: 'From', cell: ({ queue }) => sourceOf(queue) },
          { text: 'Last error', cell: ({ error }) => error },
          { text: 'Tries', isNumber: true, cell: ({ tries }) => tries },
          { text: 'Given up', cell: ({ failed }) => <span className="figures">{failed}</span> },
          ...(mayOperate
            ? [
                {
                  text: 'Action',
                  cell: ({ id, queue, about }: DeadLetterRow) => (
                    <Form method="post">
                      <FormKey value={`${formKey} ${id}`} />
                      <input type="hidden" name="queue" value={queue} />
                      <input type="hidden" name="id" value={id} />
                      <Button look="quiet" className="button--small" aria-label={`Replay ${about || id}`}>
                        Replay
                      </Button>
                    </Form>
                  ),
                },
              ]
            : []),
        ]}
      />
    </>
  )
}

/** The queue that the letters of this one came from. */
export function sourceOf(queue: DeadLetterRow['queue']): string {
  return queue.replace(/-dead$/, '')
}
