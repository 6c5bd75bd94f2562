import { expect, test } from 'vitest'
import { presentSent } from '@/app/presenters/console/alerts'
import { presentDashboard } from '@/app/presenters/console/dashboard'
import { sendConsoleAlert } from '@/lib/alerts/console-alerts'
import { somebody } from '@/tests/support/accounts'
import { storyDatabase } from '@/tests/support/stories/database'

/** A shop that has set up neither Slack nor mail nor SMS. */
storyDatabase()

test('the overview does not call alerts in order', async () => {
  const query = { search: '', filter: 'all', order: 'date', page: 1 } as const
  const { attention } = await presentDashboard(query, new Date())
  expect(attention).toContainEqual(
    expect.objectContaining({ title: 'Alerts reach nobody: no channel is set up' }),
  )
})

test('who sends a message is told that nobody has it', async () => {
  const sent = await sendConsoleAlert({ message: 'The hall is closed', urgency: 'urgent' }, somebody)
  if (!sent.ok) throw new Error(sent.code)
  expect(presentSent(sent.value)).toMatchObject({
    meaning: 'warn',
    title: 'Nobody was told: no channel of this message is set up',
  })
})
