import { withCommas } from '@/app/components/live-number'
import { StatusTag } from '@/app/components/status-tag'
import type { QueueRow, QueuesPage } from '@/app/presenters/console/queues'
import { nothing, Records } from './records'

/** What each queue has to do, and how it gets on. */
export function QueueHealth({ queues, minutes }: Pick<QueuesPage, 'queues' | 'minutes'>) {
  return (
    <section className="stack" aria-labelledby="health">
      <h2 id="health">Health</h2>
      <Records
        label="Queues"
        rows={queues}
        keyOf={({ name }) => name}
        columns={[
          { text: 'Queue', cell: ({ name }) => name },
          { text: 'State', cell: (queue) => <HealthTag {...queue} /> },
          { text: 'Ready', isNumber: true, cell: ({ ready }) => withCommas(ready) },
          { text: 'Oldest', isNumber: true, cell: ({ oldest }) => oldest ?? nothing },
          { text: 'Running', isNumber: true, cell: ({ active }) => withCommas(active) },
          { text: 'Later', isNumber: true, cell: ({ later }) => withCommas(later) },
          { text: 'Done a minute', isNumber: true, cell: ({ rate }) => rate },
          { text: `Failed in ${minutes} min`, isNumber: true, cell: ({ failed }) => withCommas(failed) },
        ]}
      />
    </section>
  )
}

function HealthTag({ isBehind, failed }: Pick<QueueRow, 'isBehind' | 'failed'>) {
  if (isBehind) {
    return (
      <StatusTag meaning="bad" icon="bad">
        Nobody works on it
      </StatusTag>
    )
  }
  return failed > 0 ? (
    <StatusTag meaning="warn" icon="warn">
      Failures
    </StatusTag>
  ) : (
    <StatusTag meaning="good" icon="good">
      In order
    </StatusTag>
  )
}
