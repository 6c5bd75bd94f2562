import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { withCommas } from '@/app/components/live-number'
import type { QueuesPage } from '@/app/presenters/console/queues'
import { ConfirmStep } from './confirm-step'
import { sourceOf } from './dead-letters'
import { FormKey } from './form-key'

interface Props {
  letters: QueuesPage['waiting'][number]
  mostAtOnce: number
  formKey: string
}

/** Asked once more before all dead letters of a queue, two at least, run again, as far as one call goes. */
export function ReplayAll({ letters: { queue, count }, mostAtOnce, formKey }: Props) {
  return (
    <ConfirmStep name={`Replay all from ${sourceOf(queue)}`}>
      <p>
        {withCommas(count)} jobs run again, with all tries. At most {withCommas(mostAtOnce)} at a time.
      </p>
      <Form method="post">
        <FormKey value={`${formKey} ${queue}`} />
        <input type="hidden" name="queue" value={queue} />
        <Button>{`Replay ${withCommas(Math.min(count, mostAtOnce))} jobs`}</Button>
      </Form>
    </ConfirmStep>
  )
}
